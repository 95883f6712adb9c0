/// Runs the pods assigned to a node.
@NullMarked
package dev.shiplog.node;

import org.jspecify.annotations.NullMarked;
