package dev.shiplog.store.materialise;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// One record for an output topic.
///
/// @param payload null for a tombstone
public record Output(
        Target target, int partition, String key, @Nullable Payload payload, List<Header> headers) {

    public Output {
        headers = List.copyOf(headers);
    }

    /// The topic an output goes to. A typed topic comes to be with the first output for it.
    public sealed interface Target {

        /// The topic's name.
        String topic();

        /// A topic that is always there.
        record Fixed(String topic) implements Target {}

        /// The topic of one resource.
        ///
        /// @param namespaced whether objects of the kind live in namespaces
        record Typed(String topic, String group, String resource, boolean namespaced) implements Target {}
    }

    /// A value and the schema that wrote it.
    ///
    /// @param subject under which the schema is registered
    /// @param fingerprint of the schema
    @SuppressWarnings("ArrayRecordComponent") // its bytes are shared and never change
    public record Payload(String subject, long fingerprint, Schema schema, byte[] avro) {}

    public record Header(String name, String value) {}
}
