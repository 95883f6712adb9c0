/// Checks of what clients saw: whether a recorded history of operations has an order that explains it.
@NullMarked
package dev.shiplog.store.check;

import org.jspecify.annotations.NullMarked;
