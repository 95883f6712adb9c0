package dev.shiplog.controllers.namespace;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Reconciler;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Publishes the cluster's certificate authority in every namespace, for pods to verify the API server with.
///
/// See kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin, `kube-root-ca.crt`.
public final class RootCaReconciler implements Reconciler {
    public static final String NAME = "kube-root-ca.crt";
    static final String ENTRY = "ca.crt";
    private static final String DESCRIPTION = "kubernetes.io/description";
    private static final String TEXT =
            "Contains a CA bundle that can be used to verify the API server of this cluster.";

    private final String authority;

    /// Publishes this authority.
    ///
    /// @param authority the certificate authority as PEM
    public RootCaReconciler(String authority) {
        this.authority = authority;
    }

    @Override
    public String name() {
        return "root-ca-certificate-publisher";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.NAMESPACES, Resource.CONFIG_MAPS);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.NAMESPACES.has(changed.key())) {
            keys.accept(changed.key());
        } else if (Resource.CONFIG_MAPS.has(changed.key())
                && changed.key().name().equals(NAME)) {
            keys.accept(Resource.NAMESPACES.key("", changed.key().namespace()));
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<Namespace> namespace = tables.get(Resource.NAMESPACES, "", key.name());
        if (namespace == null || Meta.deleting(namespace.metadata())) {
            return Decision.none();
        }
        @Nullable Row<ConfigMap> held = tables.get(Resource.CONFIG_MAPS, key.name(), NAME);
        Map<String, String> data = Map.of(ENTRY, authority);
        if (held != null && held.object().data().equals(data)) {
            return Decision.none();
        }
        Item item = held == null
                ? Items.create(Resource.CONFIG_MAPS, made(key.name(), data))
                : Items.update(held, held.object().withData(data));
        return Decision.of("publish the certificate authority", List.of(item));
    }

    private static ConfigMap made(String namespace, Map<String, String> data) {
        return ConfigMap.builder()
                .metadata(ObjectMeta.builder()
                        .name(NAME)
                        .namespace(namespace)
                        .annotations(Map.of(DESCRIPTION, TEXT))
                        .build())
                .data(data)
                .build();
    }
}
