/// What the server serves, told to clients: discovery, version, OpenAPI.
@NullMarked
package dev.shiplog.api.discovery;

import org.jspecify.annotations.NullMarked;
