/// The deterministic simulator: the store protocol under seeded scheduling, crashes and a bad network.
@NullMarked
package dev.shiplog.store.sim;

import org.jspecify.annotations.NullMarked;
