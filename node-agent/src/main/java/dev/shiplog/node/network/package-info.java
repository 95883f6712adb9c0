/// Gives pods their network, and takes every trace of it away again.
@NullMarked
package dev.shiplog.node.network;

import org.jspecify.annotations.NullMarked;
