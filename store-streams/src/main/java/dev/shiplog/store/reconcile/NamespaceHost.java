package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        Set<Resource<?>> read = new LinkedHashSet<>();
        reconcilers.forEach(reconciler -> read.addAll(reconciler.reads()));
        var parts = new NamespaceTopology.Parts(
                records,
                records.cache(),
                key -> isOf(read, key) && wanted.test(key),
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

    private static boolean isOf(Set<Resource<?>> resources, Key key) {
        for (Resource<?> resource : resources) {
            if (resource.has(key)) {
                return true;
            }
        }
        return false;
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
