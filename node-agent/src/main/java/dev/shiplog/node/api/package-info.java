/// Talks to the API server with the certificate of the node.
@NullMarked
package dev.shiplog.node.api;

import org.jspecify.annotations.NullMarked;
