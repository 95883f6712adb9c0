/// Asks containers whether they are started, ready and alive.
@NullMarked
package dev.shiplog.node.probe;

import org.jspecify.annotations.NullMarked;
