package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/// Runs namespace-local reconcilers over `objects`, a desk for each partition that this process is given. All
/// of one role share its tables; more processes share the partitions.
public final class NamespaceHost {
    private NamespaceHost() {}

    /// Starts it; the topics must be there.
    ///
    /// @param controller names the tenure, `~/tenure/-/CONTROLLER.PARTITION`
    /// @param wanted narrows what the tables keep, beside the kinds that the reconcilers read
    public static StreamsHost start(
            HostSettings settings,
            String controller,
            List<Reconciler> reconcilers,
            Predicate<Key> wanted,
            DeskMeter meter) {
        var registry = new RegistryClient(settings.registry());
        Catalog catalog = Catalog.builtIn();
        var records = new ObjectRecords(catalog, registry::byId);
        Function<Key, StoreName> stores = stores(catalog);
        Map<Integer, Boolean> held = new ConcurrentHashMap<>();
        var parts = new NamespaceTopology.Parts(
                records,
                records.cache(),
                key -> reads(reconcilers, key) && wanted.test(key),
                envelope -> new Desk(envelope, reconcilers, stores, meter),
                controller,
                held,
                RequestWriter.schemaId(registry));
        return StreamsHost.start(
                NamespaceTopology.build(parts),
                registry,
                settings,
                StreamsHost.Reading.ALL,
                () -> !held.containsValue(false));
    }

    static boolean reads(List<Reconciler> reconcilers, Key key) {
        return reconcilers.stream()
                .flatMap(reconciler -> reconciler.reads().stream())
                .anyMatch(resource -> resource.has(key));
    }

    /// The store of each built-in kind; all others are in the main one.
    public static Function<Key, StoreName> stores(Catalog catalog) {
        return key -> {
            var kind = catalog.stored(key.group(), key.resource());
            var store = kind == null ? null : kind.store();
            return store == null ? StoreName.MAIN : store;
        };
    }
}
