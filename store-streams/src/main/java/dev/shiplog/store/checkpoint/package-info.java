/// Checkpoints: the state at exactly one journal position, written in chunks and read back at boot.
@NullMarked
package dev.shiplog.store.checkpoint;

import org.jspecify.annotations.NullMarked;
