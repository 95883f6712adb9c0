/// The cluster's own certificate authority, its files, and TLS made of them.
@NullMarked
package dev.shiplog.api.tls;

import org.jspecify.annotations.NullMarked;
