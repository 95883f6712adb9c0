/// Makes Services reachable from a node.
@NullMarked
package dev.shiplog.proxy;

import org.jspecify.annotations.NullMarked;
