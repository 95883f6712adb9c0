/// The past of a store, indexed on this host: any object, any list and any watch as of any revision.
@NullMarked
package dev.shiplog.store.history;

import org.jspecify.annotations.NullMarked;
