/// What a node says of itself.
@NullMarked
package dev.shiplog.node.status;

import org.jspecify.annotations.NullMarked;
