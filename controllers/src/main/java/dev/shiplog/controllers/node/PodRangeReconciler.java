package dev.shiplog.controllers.node;

import dev.shiplog.core.v1.Node;
import dev.shiplog.journal.Key;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Note;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Says of a node that it came when all ranges of pod addresses were given. It is given one by admission, with its next
/// status, once another node has left.
///
/// See kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager, `node-ipam-controller`.
public final class PodRangeReconciler implements Reconciler {
    @Override
    public String name() {
        return "node-ipam-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.NODES);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        @Nullable Node now = changed.now(Resource.NODES);
        if (now != null && changed.before() == null && lacks(now)) {
            keys.accept(changed.key());
        }
    }

    private static boolean lacks(Node node) {
        return node.spec().podCIDR().isEmpty();
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<Node> node = tables.get(Resource.NODES, "", key.name());
        if (node == null || !lacks(node.object())) {
            return Decision.none();
        }
        String message = "Node " + node.name() + " status is now: CIDRNotAvailable";
        return Decision.none().noting(List.of(Note.normal(Resource.NODES, node, "CIDRNotAvailable", message, "")));
    }
}
