/// Decides what a pod needs next. Pure: no clock, no thread, no socket.
@NullMarked
package dev.shiplog.node.pod;

import org.jspecify.annotations.NullMarked;
