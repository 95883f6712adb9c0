/// A runtime in which nothing runs, for clusters of simulated nodes.
@NullMarked
package dev.shiplog.node.hollow;

import org.jspecify.annotations.NullMarked;
