/// The schema registry: Confluent's REST protocol and wire format, as a client, and as an embedded server that
/// keeps everything in the topic `_schemas`.
@NullMarked
package dev.shiplog.schemas.registry;

import org.jspecify.annotations.NullMarked;
