/// What clients can read of the API: OpenAPI v3 documents, made from the schemas of the kinds.
@NullMarked
package dev.shiplog.schemas.openapi;

import org.jspecify.annotations.NullMarked;
