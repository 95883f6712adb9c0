package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.registry.WireFormat;
import dev.shiplog.store.Entry;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Reads the records of the topic `objects`: values in the wire format, facts in headers.
final class ObjectRecords {
    private static final String OUTCOME_RESOURCE = "outcome";

    private final IntFunction<Schema> schemaById;
    private final Map<Integer, Long> fingerprints = new ConcurrentHashMap<>();
    private final Map<Long, String> texts = new ConcurrentHashMap<>();
    private final Codec codec;

    ObjectRecords(Catalog catalog, IntFunction<Schema> schemaById) {
        this.schemaById = schemaById;
        this.codec = new Codec(catalog, texts::get);
    }

    /// Objects as journal and views have them, without the revision in them.
    ObjectCache cache() {
        return new ObjectCache(entry -> {
            Typed object = codec.decode(entry.schema(), entry.value());
            return Meta.with(object, Meta.of(object).withResourceVersion(""));
        });
    }

    /// The value as an entry; its revision is that of the header, or of the object itself where headers are lost.
    Entry entry(Key key, byte[] framed, @Nullable Long revision) {
        long fingerprint = fingerprints.computeIfAbsent(WireFormat.id(framed), this::learn);
        byte[] value = WireFormat.payload(framed);
        long at = revision == null
                ? Long.parseLong(codec.metadata(fingerprint, value).resourceVersion())
                : revision;
        return new Entry(key, at, fingerprint, value);
    }

    private Long learn(int id) {
        RecordType<?> type = RecordType.dynamic(schemaById.apply(id));
        texts.put(type.fingerprint(), type.strippedText());
        return type.fingerprint();
    }

    static boolean isOutcome(Key key) {
        return Keys.isInternal(key) && key.resource().equals(OUTCOME_RESOURCE);
    }

    static StoreName store(Function<String, @Nullable String> headers) {
        return StoreName.EPHEMERAL.text().equals(headers.apply("shiplog.store")) ? StoreName.EPHEMERAL : StoreName.MAIN;
    }

    static UUID transaction(Function<String, @Nullable String> headers) {
        @Nullable String id = headers.apply("shiplog.transaction");
        return id == null ? Changed.START : UUID.fromString(id);
    }

    static long revision(Function<String, @Nullable String> headers) {
        return number(headers.apply("shiplog.revision"));
    }

    /// The outcome that a tombstone tells; null for what this program does not know.
    static @Nullable Answer answer(Key key, Function<String, @Nullable String> headers) {
        UUID request = UUID.fromString(key.name());
        return switch (text(headers.apply("shiplog.outcome"))) {
            case "accepted" -> new Answer.Accepted(request, revision(headers));
            case "rejected" -> {
                @Nullable String conflict = headers.apply("shiplog.conflict-key");
                yield new Answer.Conflict(
                        request,
                        conflict == null ? null : Keys.parse(conflict),
                        number(headers.apply("shiplog.conflict-revision")));
            }
            case "refused" ->
                Answer.ofRefusal(
                        request,
                        Math.toIntExact(number(headers.apply("shiplog.code"))),
                        text(headers.apply("shiplog.reason")),
                        text(headers.apply("shiplog.message")));
            default -> null;
        };
    }

    private static long number(@Nullable String text) {
        return text == null ? 0 : Long.parseLong(text);
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
