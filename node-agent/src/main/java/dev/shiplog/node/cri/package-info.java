/// Speaks the Container Runtime Interface.
@NullMarked
package dev.shiplog.node.cri;

import org.jspecify.annotations.NullMarked;
