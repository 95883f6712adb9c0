/// The life of nodes, and of the pods on them.
@NullMarked
package dev.shiplog.controllers.node;

import org.jspecify.annotations.NullMarked;
