/// Writes what was accepted to the topics that others read: objects, typed topics, assignments, routes, outcomes.
@NullMarked
package dev.shiplog.store.materialise;

import org.jspecify.annotations.NullMarked;
