/// The Kubernetes REST API.
@NullMarked
package dev.shiplog.api;

import org.jspecify.annotations.NullMarked;
