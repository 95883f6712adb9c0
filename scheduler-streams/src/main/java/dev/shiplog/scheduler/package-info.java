/// Chooses a node for each pod.
@NullMarked
package dev.shiplog.scheduler;

import org.jspecify.annotations.NullMarked;
