package dev.shiplog.controllers.namespace;

import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.ServiceAccount;
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
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Keeps a ServiceAccount named `default` in every namespace.
///
/// See kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin, "ServiceAccount controller".
public final class ServiceAccountReconciler implements Reconciler {
    static final String DEFAULT = "default";

    @Override
    public String name() {
        return "service-account-controller";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.NAMESPACES, Resource.SERVICE_ACCOUNTS);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (Resource.NAMESPACES.has(changed.key())) {
            keys.accept(changed.key());
        } else if (Resource.SERVICE_ACCOUNTS.has(changed.key())
                && changed.key().name().equals(DEFAULT)) {
            keys.accept(Resource.NAMESPACES.key("", changed.key().namespace()));
        }
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<Namespace> namespace = tables.get(Resource.NAMESPACES, "", key.name());
        if (namespace == null
                || Meta.deleting(namespace.metadata())
                || tables.get(Resource.SERVICE_ACCOUNTS, key.name(), DEFAULT) != null) {
            return Decision.none();
        }
        var account = ServiceAccount.builder()
                .metadata(
                        ObjectMeta.builder().name(DEFAULT).namespace(key.name()).build())
                .build();
        return Decision.of("every namespace has one", List.of(Items.create(Resource.SERVICE_ACCOUNTS, account)));
    }
}
