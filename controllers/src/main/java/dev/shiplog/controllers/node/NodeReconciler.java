package dev.shiplog.controllers.node;

import dev.shiplog.coordination_k8s_io.v1.Lease;
import dev.shiplog.coordination_k8s_io.v1.LeaseSpec;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeCondition;
import dev.shiplog.core.v1.Taint;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Note;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Watches over all nodes: one whose Lease was not renewed for [#GRACE], by journal time, becomes Unknown; what its
/// conditions say becomes taints. While more than [#STALE_PERCENT_MAX] percent of the nodes are not ready, more likely
/// we are cut off than they, and no pod is put out.
///
/// See kubernetes.io/docs/concepts/architecture/nodes, "Node controller".
public final class NodeReconciler implements Reconciler {
    static final Duration GRACE = Duration.ofSeconds(40);
    static final Duration STARTUP_GRACE = Duration.ofSeconds(60);
    static final int STALE_PERCENT_MAX = 55;
    static final String LEASES = "kube-node-lease";

    /// The sweep as a whole; no object has this key.
    static final Key SWEEP = Resource.NODES.key("", "");

    static final Duration BEAT_AFTER = Duration.ofSeconds(10);
    static final String BEAT_NAMESPACE = "kube-system";
    static final String BEAT = "shiplog-node-controller";
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);
    private static final int PERCENT = 100;
    private static final List<String> HEARD_OF_AGENT =
            List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    @Override
    public String name() {
        return "node-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.NODES, Resource.LEASES);
    }

    /// Renewals wake nobody: the sweep comes by.
    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.NODES.has(changed.key())) {
            keys.accept(SWEEP);
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        List<Row<Node>> nodes = tables.list(Resource.NODES, "");
        if (!nodes.isEmpty()
                && !tables.time(StoreName.EPHEMERAL).plus(BEAT_AFTER).isAfter(now)) {
            return beat(tables, now).again(SWEEP_EVERY);
        }
        long troubled = nodes.stream().filter(row -> !ready(row.object())).count();
        var eviction = troubled * PERCENT > (long) nodes.size() * STALE_PERCENT_MAX
                ? Taints.Eviction.SUSPENDED
                : Taints.Eviction.ALLOWED;
        var items = new ArrayList<Item>();
        var notes = new ArrayList<Note>();
        for (Row<Node> row : nodes) {
            if (items.size() == Decision.ITEMS_MAX) {
                break;
            }
            @Nullable Node silent = silent(row, tables, now);
            List<Taint> taints = Taints.wanted(row.object(), eviction, now);
            if (silent != null) {
                items.add(Items.update(row, silent, "status"));
                notes.add(Note.normal(
                        Resource.NODES,
                        row,
                        "NodeNotReady",
                        "Node " + row.name() + " status is now: NodeNotReady",
                        row.revision()));
            } else if (!taints.equals(row.object().spec().taints())) {
                Node node = row.object();
                items.add(Items.update(row, node.withSpec(node.spec().withTaints(taints))));
            }
        }
        var decision = items.isEmpty()
                ? Decision.none()
                : Decision.prefixOf("node lifecycle", items).noting(notes);
        return nodes.isEmpty() ? decision : decision.again(SWEEP_EVERY);
    }

    /// Where nobody writes Leases any more, journal time would stand still, and no silence would ever be too long.
    private static Decision beat(Tables tables, Instant now) {
        @Nullable Row<Lease> held = tables.get(Resource.LEASES, BEAT_NAMESPACE, BEAT);
        LeaseSpec spec = LeaseSpec.builder().renewTime(now).build();
        var item = held == null
                ? Items.create(
                        Resource.LEASES,
                        Lease.builder()
                                .metadata(ObjectMeta.builder()
                                        .namespace(BEAT_NAMESPACE)
                                        .name(BEAT)
                                        .build())
                                .spec(spec)
                                .build())
                : Items.update(held, held.object().withSpec(spec));
        return Decision.of("keep journal time going", List.of(item));
    }

    static boolean ready(Node node) {
        @Nullable NodeCondition ready = Taints.condition(node, "Ready");
        return ready != null && ready.status().equals("True");
    }

    /// The node with its conditions unknown, when its agent has gone silent; null when it has not, or that is known.
    private static @Nullable Node silent(Row<Node> row, Tables tables, Instant now) {
        Node node = row.object();
        @Nullable NodeCondition ready = Taints.condition(node, "Ready");
        if (ready != null && ready.status().equals("Unknown")) {
            return null;
        }
        Key lease = Resource.LEASES.key(LEASES, row.name());
        Instant heard = Objects.requireNonNullElse(tables.changedAt(lease), tables.since());
        @Nullable Instant created = node.metadata().creationTimestamp();
        Duration grace = GRACE;
        if (ready == null && created != null) {
            heard = heard.isAfter(created) ? heard : created;
            grace = STARTUP_GRACE;
        }
        return heard.plus(grace).isAfter(tables.time(StoreName.EPHEMERAL))
                ? null
                : node.withStatus(
                        node.status().withConditions(unknown(node.status().conditions(), now)));
    }

    private static List<NodeCondition> unknown(List<NodeCondition> conditions, Instant now) {
        var all = new ArrayList<NodeCondition>();
        var missing = new ArrayList<>(HEARD_OF_AGENT);
        for (NodeCondition condition : conditions) {
            missing.remove(condition.type());
            boolean concerned = HEARD_OF_AGENT.contains(condition.type())
                    && !condition.status().equals("Unknown");
            all.add(
                    concerned
                            ? condition.toBuilder()
                                    .status("Unknown")
                                    .reason("NodeStatusUnknown")
                                    .message("Kubelet stopped posting node status.")
                                    .lastTransitionTime(now)
                                    .build()
                            : condition);
        }
        for (String type : missing) {
            all.add(NodeCondition.builder()
                    .type(type)
                    .status("Unknown")
                    .reason("NodeStatusNeverUpdated")
                    .message("Kubelet never posted node status.")
                    .lastHeartbeatTime(now)
                    .lastTransitionTime(now)
                    .build());
        }
        return all;
    }
}
