package dev.shiplog.controllers.namespace;

import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.NamespaceCondition;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Empties a namespace that is being deleted: its pods first, then everything else, then what the ephemeral store has
/// of it; when nothing is left the namespace may go.
///
/// See kubernetes.io/docs/tasks/administer-cluster/namespaces and KEP-5080, ordered namespace deletion.
public final class NamespaceReconciler implements Reconciler {
    /// The finalizer in `spec` that stands for the contents.
    static final String KUBERNETES = "kubernetes";

    private final Function<Key, StoreName> stores;

    public NamespaceReconciler(Function<Key, StoreName> stores) {
        this.stores = stores;
    }

    @Override
    public String name() {
        return "namespace-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.NAMESPACES);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.NAMESPACES.has(changed.key())) {
            keys.accept(changed.key());
            return;
        }
        @Nullable
        Row<Namespace> namespace =
                tables.get(Resource.NAMESPACES, "", changed.key().namespace());
        if (namespace != null && Meta.deleting(namespace.metadata())) {
            keys.accept(namespace.key());
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<Namespace> row = tables.get(Resource.NAMESPACES, "", key.name());
        if (row == null
                || !Meta.deleting(row.metadata())
                || !row.object().spec().finalizers().contains(KUBERNETES)) {
            return Decision.none();
        }
        Map<StoreName, List<Row<?>>> contents = tables.in(key.name()).stream()
                .<Row<?>>mapMulti((each, to) -> {
                    @Nullable Row<?> content = tables.get(each);
                    if (content != null) {
                        to.accept(content);
                    }
                })
                .collect(Collectors.groupingBy(content -> stores.apply(content.key())));
        List<Row<?>> main = contents.getOrDefault(StoreName.MAIN, List.of());
        List<Row<?>> ephemeral = contents.getOrDefault(StoreName.EPHEMERAL, List.of());
        List<Row<?>> pods = main.stream()
                .filter(content -> Resource.PODS.has(content.key()))
                .toList();
        List<Item> deletions = deletions(!pods.isEmpty() ? pods : !main.isEmpty() ? main : ephemeral);
        if (!deletions.isEmpty()) {
            return Decision.prefixOf("empty the namespace", deletions);
        }
        return main.isEmpty() ? finalized(row) : told(row, main, now);
    }

    private static List<Item> deletions(List<Row<?>> contents) {
        return contents.stream()
                .filter(content -> !Meta.deleting(content.metadata()))
                .limit(Decision.ITEMS_MAX)
                .map(Items::delete)
                .toList();
    }

    private static Decision finalized(Row<Namespace> row) {
        Namespace namespace = row.object();
        List<String> others = namespace.spec().finalizers().stream()
                .filter(finalizer -> !finalizer.equals(KUBERNETES))
                .toList();
        Namespace then = namespace.withSpec(namespace.spec().withFinalizers(others));
        return Decision.of("the namespace is empty", List.of(Items.update(row, then, "finalize")));
    }

    /// Everything is on its way out, and something is not gone yet: says what, and whose finalizer it waits for.
    private static Decision told(Row<Namespace> row, List<Row<?>> left, Instant now) {
        var kinds = new TreeMap<String, Integer>();
        var finalizers = new TreeMap<String, Integer>();
        for (Row<?> content : left) {
            Key key = content.key();
            kinds.merge(key.group().isEmpty() ? key.resource() : key.resource() + "." + key.group(), 1, Integer::sum);
            content.metadata().finalizers().forEach(finalizer -> finalizers.merge(finalizer, 1, Integer::sum));
        }
        var conditions = new ArrayList<>(row.object().status().conditions());
        String remaining = kinds.entrySet().stream()
                .map(kind -> kind.getKey() + " has " + kind.getValue() + " resource instances")
                .collect(Collectors.joining(", ", "Some resources are remaining: ", ""));
        set(conditions, "NamespaceContentRemaining", "True", "SomeResourcesRemain", remaining, now);
        if (finalizers.isEmpty()) {
            String none = "All content-preserving finalizers finished";
            set(conditions, "NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", none, now);
        } else {
            String waiting = finalizers.entrySet().stream()
                    .map(each -> each.getKey() + " in " + each.getValue() + " resource instances")
                    .collect(Collectors.joining(", ", "Some content in the namespace has finalizers remaining: ", ""));
            set(conditions, "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", waiting, now);
        }
        Namespace then = row.object().withStatus(row.object().status().withConditions(conditions));
        return then.equals(row.object())
                ? Decision.none()
                : Decision.of("say what is left", List.of(Items.update(row, then, "status")));
    }

    private static void set(
            List<NamespaceCondition> conditions,
            String type,
            String status,
            String reason,
            String message,
            Instant now) {
        @Nullable
        NamespaceCondition current = conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElse(null);
        if (current != null
                && current.status().equals(status)
                && current.message().equals(message)) {
            return;
        }
        @Nullable
        Instant since = current != null && current.status().equals(status) ? current.lastTransitionTime() : now;
        conditions.removeIf(condition -> condition.type().equals(type));
        conditions.add(NamespaceCondition.builder()
                .type(type)
                .status(status)
                .reason(reason)
                .message(message)
                .lastTransitionTime(since)
                .build());
    }
}
