package dev.shiplog.api.admission;

import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.Typed;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// One object of any kind, and the way to the parts that every kind has.
public record ApiObject(Kind kind, Typed content) {
    private static final String METADATA = "metadata";
    private static final String STATUS = "status";

    public ObjectMeta meta() {
        Object meta = get(METADATA);
        if (meta instanceof ObjectMeta typed) {
            return typed;
        }
        throw new AssertionError(kind.kind() + " has no metadata");
    }

    public ApiObject withMeta(ObjectMeta meta) {
        return with(METADATA, meta);
    }

    public boolean has(String field) {
        return content.getSchema().getField(field) != null;
    }

    public @Nullable Object get(String field) {
        Schema.Field found = content.getSchema().getField(field);
        return found == null ? null : content.get(found.pos());
    }

    /// This object with one field changed.
    public ApiObject with(String field, @Nullable Object value) {
        List<Schema.Field> fields = content.getSchema().getFields();
        @Nullable Object[] values = new Object[fields.size()];
        for (Schema.Field each : fields) {
            values[each.pos()] = each.name().equals(field) ? value : content.get(each.pos());
        }
        return new ApiObject(kind, content.recordType().make(values));
    }

    /// This object with the status of another one of its kind.
    public ApiObject withStatusOf(ApiObject other) {
        return has(STATUS) ? with(STATUS, other.get(STATUS)) : this;
    }

    public ApiObject replacing(Typed changed) {
        return new ApiObject(kind, changed);
    }

    public Key key() {
        return key(kind, meta().namespace(), meta().name());
    }

    /// The key of an object of a kind; the namespace of a cluster-scoped one is ignored.
    public static Key key(Kind kind, String namespace, String name) {
        return new Key(kind.group(), kind.plural(), kind.namespaced() ? namespace : "", name);
    }

    public boolean terminating() {
        return meta().deletionTimestamp() != null;
    }
}
