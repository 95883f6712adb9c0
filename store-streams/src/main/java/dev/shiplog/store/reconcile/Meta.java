package dev.shiplog.store.reconcile;

import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Typed;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The metadata of any object, and what is commonly asked of it.
public final class Meta {
    private Meta() {}

    public static ObjectMeta of(Typed object) {
        Schema.@Nullable Field field = object.getSchema().getField("metadata");
        if (field != null && object.get(field.pos()) instanceof ObjectMeta metadata) {
            return metadata;
        }
        throw new IllegalArgumentException(object.getSchema().getFullName() + " has no metadata");
    }

    /// The same object with other metadata.
    public static Typed with(Typed object, ObjectMeta metadata) {
        var fields = object.getSchema().getFields();
        var values = new @Nullable Object[fields.size()];
        for (Schema.Field field : fields) {
            values[field.pos()] = field.name().equals("metadata") ? metadata : object.get(field.pos());
        }
        return object.recordType().make(values);
    }

    /// The owner that manages this object, of which there is at most one.
    public static @Nullable OwnerReference controller(ObjectMeta metadata) {
        for (OwnerReference owner : metadata.ownerReferences()) {
            if (Boolean.TRUE.equals(owner.controller())) {
                return owner;
            }
        }
        return null;
    }

    public static boolean controlledBy(ObjectMeta metadata, String uid) {
        @Nullable OwnerReference owner = controller(metadata);
        return owner != null && owner.uid().equals(uid);
    }

    public static OwnerReference controllerReference(Resource<?> resource, ObjectMeta owner) {
        return OwnerReference.builder()
                .apiVersion(resource.apiVersion())
                .kind(resource.kind())
                .name(owner.name())
                .uid(owner.uid())
                .controller(true)
                .blockOwnerDeletion(true)
                .build();
    }

    public static boolean deleting(ObjectMeta metadata) {
        return metadata.deletionTimestamp() != null;
    }
}
