package dev.shiplog.store.materialise;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Fingerprints;
import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The schemas that a store's journal has announced so far, by fingerprint. A value never comes before its schema.
public final class Schemas {
    private static final String RESOURCE = "schema";

    private final Map<Long, String> texts = new HashMap<>();
    private final Map<Long, Schema> parsed = new HashMap<>();

    /// Takes in every schema that a state has.
    public void load(Snapshot snapshot) {
        snapshot.list(Keys.INTERNAL, RESOURCE, "").forEach(this::learn);
    }

    /// Takes in an entry, if it is a schema.
    public void learn(Entry entry) {
        if (announces(entry.key())) {
            texts.put(Fingerprints.parse(entry.key().name()), new String(entry.value(), StandardCharsets.UTF_8));
        }
    }

    private static boolean announces(Key key) {
        return Keys.isInternal(key) && key.resource().equals(RESOURCE);
    }

    /// The text of a schema, or null when it was not announced.
    public @Nullable String text(long fingerprint) {
        return texts.get(fingerprint);
    }

    public Schema get(long fingerprint) {
        return parsed.computeIfAbsent(fingerprint, wanted -> {
            String text = texts.get(wanted);
            if (text == null) {
                throw new AssertionError("no schema %s before its first value".formatted(Fingerprints.hex(wanted)));
            }
            return new Schema.Parser().parse(text);
        });
    }
}
