package dev.shiplog.store.sim;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Keys;
import dev.shiplog.store.TransactionDraft;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The objects of the simulated store: ConfigMaps of two namespaces, and what of them is written where.
final class SimValues {
    static final long SCHEMA = ConfigMap.TYPE.fingerprint();
    static final Key SCHEMA_KEY = Keys.schema(SCHEMA);

    private SimValues() {}

    static Key key(String namespace, String name) {
        return new Key("", "configmaps", namespace, name);
    }

    static byte[] value(Key key, String content) {
        ConfigMap map = ConfigMap.builder()
                .metadata(ObjectMeta.builder()
                        .namespace(key.namespace())
                        .name(key.name())
                        .build())
                .data(Map.of("content", content))
                .build();
        return Binary.encode(map);
    }

    static Mutation put(Key key, long expect, String content) {
        return Mutation.builder()
                .key(key)
                .operation(Operation.PUT)
                .verb(expect == 0 ? "create" : "update")
                .expect(expect)
                .schema(SCHEMA)
                .value(value(key, content))
                .build();
    }

    static Mutation delete(Key key, long expect) {
        return Mutation.builder()
                .key(key)
                .operation(Operation.DELETE)
                .verb("delete")
                .expect(expect)
                .build();
    }

    /// An internal key, whose value has no schema.
    static Mutation putInternal(Key key, long expect, String text) {
        return Mutation.builder()
                .key(key)
                .operation(Operation.PUT)
                .verb(expect == 0 ? "create" : "update")
                .expect(expect)
                .value(text.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    static Origin origin(String component, Instant decidedAt, @Nullable Long basis) {
        return Origin.builder()
                .actor("sim:" + component)
                .component(component)
                .verb("update")
                .decidedAt(decidedAt)
                .basis(basis)
                .replyTo(basis == null ? null : 0)
                .build();
    }

    /// Commits the schema of all values.
    static TransactionDraft schemaDraft(UUID id, Instant decidedAt) {
        return new TransactionDraft(
                id,
                origin("client", decidedAt, null),
                List.of(),
                List.of(putInternal(SCHEMA_KEY, 0, ConfigMap.TYPE.strippedText())));
    }
}
