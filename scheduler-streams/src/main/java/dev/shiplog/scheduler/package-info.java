/// The scheduler: binds each pod without a node to the best one, from one exact cut of the cluster.
@NullMarked
package dev.shiplog.scheduler;

import org.jspecify.annotations.NullMarked;
