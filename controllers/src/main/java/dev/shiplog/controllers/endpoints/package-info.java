/// Endpoints and EndpointSlices of Services.
@NullMarked
package dev.shiplog.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
