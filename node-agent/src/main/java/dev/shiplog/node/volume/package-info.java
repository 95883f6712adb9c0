/// Fills and refreshes the volumes of pods.
@NullMarked
package dev.shiplog.node.volume;

import org.jspecify.annotations.NullMarked;
