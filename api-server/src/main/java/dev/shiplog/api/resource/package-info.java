/// Reading and writing objects of any kind over the store.
@NullMarked
package dev.shiplog.api.resource;

import org.jspecify.annotations.NullMarked;
