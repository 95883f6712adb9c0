package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.kafka.Partitions;
import dev.shiplog.store.kafka.Topics;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;

/// The end of every topology: requests in the wire format, in the partition of what they ask about.
final class RequestWriter {
    private static final String SUBJECT = Topics.REQUESTS + "-value";
    static final String SINK = "requests";

    private RequestWriter() {}

    /// Adds the sink behind a processor.
    ///
    /// @param schemaId gives the registered id of the schema of requests; asked at each write, so it keeps it
    static void addSink(Topology topology, String parent, IntSupplier schemaId) {
        Serializer<Request> values = (_, request) -> WireFormat.frame(schemaId.getAsInt(), Binary.encode(request));
        topology.addSink(SINK, Topics.REQUESTS, new StringSerializer(), values, RequestWriter::partition, parent);
    }

    /// Gives the id under which a registry knows the schema of requests.
    static IntSupplier schemaId(RegistryClient registry) {
        Schema requests = new Schema.Parser().parse(Request.TYPE.strippedText());
        return () -> registry.register(SUBJECT, requests);
    }

    private static Optional<Set<Integer>> partition(String topic, String key, Request request, int partitions) {
        Key target = request.items().getFirst().target();
        return Optional.of(Set.of(Partitions.of(target.namespace(), target.name(), partitions)));
    }

    static String key(Request request) {
        return Keys.text(request.items().getFirst().target());
    }
}
