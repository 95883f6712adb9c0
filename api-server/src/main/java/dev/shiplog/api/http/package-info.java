/// The HTTP front: requests and responses as handlers see them, negotiation, `Status`, and the Netty server below.
@NullMarked
package dev.shiplog.api.http;

import org.jspecify.annotations.NullMarked;
