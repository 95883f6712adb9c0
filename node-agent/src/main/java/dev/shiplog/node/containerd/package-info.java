/// Runs a containerd of our own and feeds it images.
@NullMarked
package dev.shiplog.node.containerd;

import org.jspecify.annotations.NullMarked;
