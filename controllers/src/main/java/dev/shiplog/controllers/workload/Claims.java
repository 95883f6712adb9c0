package dev.shiplog.controllers.workload;

import dev.shiplog.controllers.OwnerPatch;
import dev.shiplog.journal.Item;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.select.Selector;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What an owner has: the dependents that name it as controller and match its selector, and the patches that adopt
/// those that match and have no controller and release those that no longer match.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/replicaset, "Non-template Pod acquisitions".
record Claims<T extends Typed>(List<Row<T>> owned, List<Item> patches) {

    static <T extends Typed> Claims<T> of(
            Resource<T> dependents,
            Resource<?> ownerResource,
            Row<?> owner,
            @Nullable LabelSelector labelSelector,
            Tables tables) {
        Selector selector = Selector.of(labelSelector);
        var owned = new ArrayList<Row<T>>();
        var patches = new ArrayList<Item>();
        for (Row<T> row : tables.owned(dependents, owner.uid())) {
            ObjectMeta metadata = row.metadata();
            if (!row.namespace().equals(owner.namespace()) || !Meta.controlledBy(metadata, owner.uid())) {
                continue;
            }
            if (selector.matches(metadata.labels())) {
                owned.add(row);
            } else if (!Meta.deleting(metadata)) {
                patches.add(release(row, owner.uid()));
            }
        }
        if (labelSelector != null && !Meta.deleting(owner.metadata())) {
            OwnerReference reference = Meta.controllerReference(ownerResource, owner.metadata());
            for (Row<T> row : candidates(dependents, owner.namespace(), labelSelector, tables)) {
                ObjectMeta metadata = row.metadata();
                if (Meta.controller(metadata) == null
                        && !Meta.deleting(metadata)
                        && selector.matches(metadata.labels())) {
                    patches.add(adopt(row, reference));
                }
            }
        }
        return new Claims<>(owned, patches);
    }

    private static <T extends Typed> List<Row<T>> candidates(
            Resource<T> dependents, String namespace, LabelSelector selector, Tables tables) {
        return selector.matchLabels().isEmpty()
                ? tables.list(dependents, namespace)
                : tables.labelled(dependents, namespace, selector.matchLabels());
    }

    private static Item adopt(Row<?> row, OwnerReference reference) {
        var owners = new ArrayList<>(row.metadata().ownerReferences());
        owners.removeIf(owner -> owner.uid().equals(reference.uid()));
        owners.add(reference);
        return Items.patch(row, OwnerPatch.json(owners));
    }

    private static Item release(Row<?> row, String uid) {
        List<OwnerReference> owners = row.metadata().ownerReferences().stream()
                .filter(owner -> !owner.uid().equals(uid))
                .collect(Collectors.toList());
        return Items.patch(row, OwnerPatch.json(owners));
    }
}
