package dev.shiplog.store.materialise;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.kafka.Partitions;
import dev.shiplog.store.kafka.Topic;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.materialise.Output.Payload;
import dev.shiplog.store.materialise.Output.Target;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Makes the outputs for `objects` and the typed topics: one record in each for every accepted mutation, and one
/// tombstone in `objects` for every internal key that changes.
final class ObjectOutputs {
    private static final Target OBJECTS = new Target.Fixed(Topics.OBJECTS);
    private static final String TENURE = "tenure";

    private final StoreName store;
    private final int partitions;
    private final Schemas schemas;

    ObjectOutputs(StoreName store, int partitions, Schemas schemas) {
        this.store = store;
        this.partitions = partitions;
        this.schemas = schemas;
    }

    /// What one accepted mutation puts out.
    List<Output> changed(Change change) {
        Entry before = change.before();
        Headers headers = new Headers(store)
                .put(Headers.REVISION, change.revision())
                .put(Headers.PREVIOUS_REVISION, before == null ? 0 : before.revision())
                .put(Headers.TRANSACTION, change.transaction().toString())
                .put(Headers.ACTOR, change.origin().actor())
                .put(Headers.VERB, change.verb())
                .time(change.time());
        return outputs(change.key(), change.now(), headers);
    }

    /// What an audit puts out for an object whose last record is not what it should be. Who changed it, and
    /// when, is in the journal.
    List<Output> restored(Entry entry) {
        return outputs(entry.key(), entry, new Headers(store).put(Headers.REVISION, entry.revision()));
    }

    /// The headers of a tombstone that an audit puts out, at the revision where the audit stands.
    List<Output.Header> removal(long revision) {
        return new Headers(store).put(Headers.REVISION, revision).build();
    }

    private List<Output> outputs(Key key, @Nullable Entry now, Headers headers) {
        Output all = new Output(OBJECTS, partition(key), Keys.text(key), null, headers.build());
        if (Keys.isInternal(key)) {
            return List.of(all);
        }
        Topic topic = topic(key);
        Target target = new Target.Typed(
                topic.name(), key.group(), key.resource(), !key.namespace().isEmpty());
        int typedPartition = Partitions.of(key.namespace(), key.name(), topic.partitions());
        Output typed = new Output(target, typedPartition, typedKey(key), null, headers.build());
        if (now == null) {
            return List.of(all, typed);
        }
        Schema schema = schemas.get(now.schema());
        byte[] avro = AvroSplice.resourceVersion(schema, now.value(), Long.toString(now.revision()));
        return List.of(
                with(all, new Payload(schema.getFullName(), now.schema(), schema, avro)),
                with(typed, new Payload(topic.name() + "-value", now.schema(), schema, avro)));
    }

    private static Output with(Output output, Payload payload) {
        return new Output(output.target(), output.partition(), output.key(), payload, output.headers());
    }

    static Topic topic(Key key) {
        Topics.Scope scope = key.namespace().isEmpty() ? Topics.Scope.CLUSTER : Topics.Scope.NAMESPACED;
        return Topics.typed(key.group(), key.resource(), scope);
    }

    static String typedKey(Key key) {
        return key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name();
    }

    /// An object's namespace decides; a tenure's name says its partition.
    private int partition(Key key) {
        if (Keys.isInternal(key) && key.resource().equals(TENURE)) {
            int dot = key.name().lastIndexOf('.');
            return Integer.parseInt(key.name(), dot + 1, key.name().length(), 10) % partitions;
        }
        return Partitions.of(key.namespace(), key.name(), partitions);
    }
}
