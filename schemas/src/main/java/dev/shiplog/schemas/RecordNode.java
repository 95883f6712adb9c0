package dev.shiplog.schemas;

import com.fasterxml.jackson.core.JsonToken;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// The plan of a record.
final class RecordNode extends Node {
    private static final Object SEEN_NULL = new Object();

    /// One field: its JSON name, also as it is written, and whether it is written even when zero.
    /// `defaultValue` is Kubernetes' default, null if there is none.
    record Field(
            int position,
            String avroName,
            String name,
            Bytes written,
            Node node,
            boolean always,
            @Nullable Object defaultValue) {}

    private final String fullName;
    private final String shortName;
    private final String apiVersion;
    private final byte[] head;
    private final RecordType<?> type;
    private final Map<String, Field> byName = new HashMap<>();
    private Field[] fields = new Field[0];
    private @Nullable RecordNode metadata;
    private int metadataAt = -1;
    private int versionAt = -1;
    private final boolean computedDefaults;
    private @Nullable Object empty;
    private @Nullable Boolean mayDefault;

    /// `apiVersion` is empty unless the record is a kind.
    RecordNode(RecordType<?> type, String apiVersion) {
        this.type = type;
        this.fullName = type.schema().getFullName();
        this.shortName = type.schema().getName();
        this.computedDefaults = Boolean.TRUE.equals(type.schema().getObjectProp("computedDefaults"));
        this.apiVersion = apiVersion;
        this.head = apiVersion.isEmpty()
                ? new byte[] {'{'}
                : ("{\"kind\":\"" + shortName + "\",\"apiVersion\":\"" + apiVersion + "\"")
                        .getBytes(StandardCharsets.UTF_8);
    }

    /// The second half of construction: fields may be of this very record.
    void complete(List<Field> all) {
        fields = all.toArray(new Field[0]);
        for (Field field : fields) {
            byName.put(field.name(), field);
            if (field.name().equals("metadata") && field.node() instanceof RecordNode node) {
                metadata = node;
                metadataAt = field.position();
            }
            if (field.name().equals("resourceVersion")) {
                versionAt = field.position();
            }
        }
    }

    String fullName() {
        return fullName;
    }

    String shortName() {
        return shortName;
    }

    String apiVersion() {
        return apiVersion;
    }

    RecordType<?> type() {
        return type;
    }

    Field[] fields() {
        return fields;
    }

    @Nullable
    Field field(String jsonName) {
        return byName.get(jsonName);
    }

    @Override
    int bytesMin() {
        return fields.length; // each field takes a byte or more
    }

    @Override
    Object zero() {
        Object known = empty;
        if (known == null) {
            @Nullable Object[] values = new Object[fields.length];
            for (int i = 0; i < fields.length; i++) {
                values[i] = fields[i].node().zero();
            }
            known = type.make(values);
            empty = known;
        }
        return known;
    }

    @Override
    Object adopt(@Nullable Object foreign) {
        if (!(foreign instanceof IndexedRecord record)) {
            return zero();
        }
        @Nullable Object[] values = new Object[fields.length];
        for (int i = 0; i < values.length; i++) {
            Schema.Field source = record.getSchema().getField(fields[i].avroName());
            values[i] =
                    source == null ? fields[i].node().zero() : fields[i].node().adopt(record.get(source.pos()));
        }
        return make(values);
    }

    /// A record is written even when empty: what may be absent is nullable.
    @Override
    boolean isZero(@Nullable Object value) {
        return false;
    }

    @Override
    boolean skipZero(BinaryIn in) {
        return false;
    }

    private static IndexedRecord record(@Nullable Object value) {
        if (value instanceof IndexedRecord record) {
            return record;
        }
        throw wrongType(value);
    }

    @Override
    void write(@Nullable Object value, BinaryOut out) {
        IndexedRecord record = record(value);
        for (Field field : fields) {
            field.node().write(record.get(field.position()), out);
        }
    }

    @Override
    Object read(BinaryIn in) {
        in.enter();
        @Nullable Object[] values = new Object[fields.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = fields[i].node().read(in);
        }
        in.leave();
        return make(values);
    }

    /// Makes the record, or gives the one that is empty.
    @SuppressWarnings("ReferenceEquality") // a shortcut before equals
    private Object make(@Nullable Object[] values) {
        @Nullable Object known = zero();
        IndexedRecord none = (IndexedRecord) known;
        for (int i = 0; i < values.length; i++) {
            @Nullable Object absent = none.get(i);
            @Nullable Object value = values[i];
            if (value != absent && (value == null || !value.equals(absent))) {
                return type.make(values);
            }
        }
        return none;
    }

    /// Cut where a schema comes back to itself: then it may.
    @Override
    boolean mayDefault() {
        Boolean known = mayDefault;
        if (known == null) {
            mayDefault = true;
            boolean may = computedDefaults;
            for (Field field : fields) {
                may |= field.defaultValue() != null || field.node().mayDefault();
            }
            mayDefault = may;
            known = may;
        }
        return known;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a new instance means a change
    @Nullable
    Object withDefaults(@Nullable Object value) {
        if (!mayDefault()) {
            return value;
        }
        IndexedRecord record = record(value);
        @Nullable Object @Nullable [] changed = null;
        for (Field field : fields) {
            Object before = record.get(field.position());
            Object after = before;
            if (field.defaultValue() != null && field.node().isZero(before)) {
                after = field.defaultValue();
            }
            if (field.node().mayDefault()) {
                after = field.node().withDefaults(after);
            }
            if (after != before) {
                if (changed == null) {
                    changed = valuesOf(record);
                }
                changed[field.position()] = after;
            }
        }
        Object filled = changed == null ? value : type.make(changed);
        return computedDefaults && filled instanceof Typed typed ? ComputedDefaults.of(typed) : filled;
    }

    private @Nullable Object[] valuesOf(IndexedRecord record) {
        @Nullable Object[] values = new Object[fields.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = record.get(i);
        }
        return values;
    }

    @Override
    void skip(BinaryIn in) {
        in.enter();
        for (Field field : fields) {
            field.node().skip(in);
        }
        in.leave();
    }

    /// Reads one field of a record whose bytes begin here, and nothing after it.
    @Nullable
    Object readField(int position, BinaryIn in) {
        for (int i = 0; i < position; i++) {
            fields[i].node().skip(in);
        }
        return fields[position].node().read(in);
    }

    @Override
    void toJson(@Nullable Object value, JsonOut out) {
        out.beginObject();
        membersToJson(record(value), out);
        out.endObject();
    }

    /// As [#toJson], with apiVersion and kind if this is a kind.
    void rootToJson(IndexedRecord value, JsonOut out) {
        out.raw(head);
        membersToJson(value, out);
        out.endObject();
    }

    private void membersToJson(IndexedRecord record, JsonOut out) {
        for (Field field : fields) {
            Object member = record.get(field.position());
            if (field.always() || !field.node().isZero(member)) {
                out.preparedName(field.written());
                field.node().toJson(member, out);
            }
        }
    }

    @Override
    void transcode(BinaryIn in, JsonOut out) {
        out.beginObject();
        transcodeMembers(in, out, -1, "", 0);
    }

    /// As [#transcode], with apiVersion and kind if this is a kind, and `resourceVersion` in its metadata unless it is
    /// 0.
    void transcodeRoot(BinaryIn in, JsonOut out, long resourceVersion) {
        out.raw(head);
        transcodeMembers(in, out, -1, "", resourceVersion);
    }

    private void transcodeMembers(BinaryIn in, JsonOut out, int replaced, String replacement, long resourceVersion) {
        in.enter();
        for (Field field : fields) {
            Node node = field.node();
            if (field.position() == replaced) {
                node.skip(in);
                out.preparedName(field.written());
                out.string(replacement);
            } else if (field.always() || !node.skipZero(in)) {
                out.preparedName(field.written());
                if (resourceVersion != 0 && field.position() == metadataAt && metadata != null) {
                    out.beginObject();
                    metadata.transcodeMembers(in, out, metadata.versionAt, Long.toString(resourceVersion), 0);
                } else {
                    node.transcode(in, out);
                }
            }
        }
        out.endObject();
        in.leave();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a marker that no reader makes
    Object fromJson(JsonIn in) {
        if (in.token() != JsonToken.START_OBJECT) {
            throw in.wrongType("object");
        }
        @Nullable Object[] values = new Object[fields.length];
        while (in.next() == JsonToken.FIELD_NAME) {
            String name = in.name();
            Field field = byName.get(name);
            in.enter(name);
            if (field != null) {
                if (values[field.position()] != null) {
                    in.duplicate();
                }
                values[field.position()] = in.next() == JsonToken.VALUE_NULL
                        ? SEEN_NULL
                        : known(field.node().fromJson(in));
            } else if (!apiVersion.isEmpty() && in.typeMember(name)) {
                in.leave();
                continue;
            } else {
                in.unknown();
            }
            in.leave();
        }
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null || values[i] == SEEN_NULL) {
                values[i] = fields[i].node().zero();
            }
        }
        return make(values);
    }

    private static Object known(@Nullable Object value) {
        return value == null ? SEEN_NULL : value;
    }
}
