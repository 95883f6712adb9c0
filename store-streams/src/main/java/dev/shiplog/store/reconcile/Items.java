package dev.shiplog.store.reconcile;

import dev.shiplog.core.v1.Binding;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.PatchType;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.Preconditions;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Typed;
import java.nio.charset.StandardCharsets;

/// The items of requests. Updates and deletes expect the revision that was read.
public final class Items {
    private Items() {}

    public static <T extends Typed> Item create(Resource<T> resource, T object) {
        ObjectMeta metadata = Meta.of(object);
        return value(Item.builder().operation(ItemOperation.CREATE), object)
                .target(resource.key(metadata.namespace(), metadata.name()))
                .expect(0L)
                .build();
    }

    public static <T extends Typed> Item update(Row<T> row, T object) {
        return value(Item.builder().operation(ItemOperation.UPDATE), object)
                .target(row.key())
                .expect(row.revision())
                .build();
    }

    /// An update of a part that has its own path, such as `status`.
    public static <T extends Typed> Item update(Row<T> row, T object, String subresource) {
        return value(Item.builder().operation(ItemOperation.UPDATE), object)
                .target(row.key())
                .expect(row.revision())
                .subresource(subresource)
                .build();
    }

    /// A JSON merge patch.
    public static Item patch(Row<?> row, String json) {
        return Item.builder()
                .operation(ItemOperation.PATCH)
                .patchType(PatchType.MERGE)
                .target(row.key())
                .expect(row.revision())
                .value(json.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    public static Item delete(Row<?> row, DeleteOptions options) {
        var precise =
                options.withPreconditions(Preconditions.builder().uid(row.uid()).build());
        return value(Item.builder().operation(ItemOperation.DELETE), precise)
                .target(row.key())
                .expect(row.revision())
                .build();
    }

    public static Item delete(Row<?> row) {
        return delete(row, DeleteOptions.builder().build());
    }

    /// Binds a pod, guarded by the revision of the pod that was placed.
    public static Item bind(Key pod, long revision, Binding binding) {
        return value(Item.builder().operation(ItemOperation.CREATE), binding)
                .target(pod)
                .subresource("binding")
                .expect(revision)
                .build();
    }

    private static Item.Builder value(Item.Builder item, Typed object) {
        return item.schema(object.recordType().fingerprint()).value(Binary.encode(object));
    }
}
