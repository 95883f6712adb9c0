/// The store: a state machine over a journal.
@NullMarked
package dev.shiplog.store;

import org.jspecify.annotations.NullMarked;
