package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.Views;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Runs a cluster-wide component over `journal` and the process's own views. Every process that starts one is a
/// hot standby for the one at work.
public final class ClusterHost {
    private ClusterHost() {}

    /// Starts it; the topics must be there.
    ///
    /// @param controller names the tenure, `~/tenure/-/CONTROLLER.0`
    /// @param wanted the keys that the component looks at
    public static StreamsHost start(
            HostSettings settings,
            String controller,
            Views views,
            Predicate<Key> wanted,
            Function<Envelope, Duty> duty) {
        var registry = new RegistryClient(settings.registry());
        var codec = new Codec(Catalog.builtIn(), schemas(views));
        var idle = new AtomicBoolean(true);
        var held = new AtomicBoolean();
        var parts = new ClusterTopology.Parts(
                views,
                new ObjectCache(entry -> codec.decode(entry.schema(), entry.value())),
                wanted,
                duty,
                controller,
                idle,
                held,
                RequestWriter.schemaId(registry));
        return StreamsHost.start(
                ClusterTopology.build(parts),
                registry,
                settings,
                StreamsHost.Reading.NEWEST,
                () -> idle.get() || held.get());
    }

    /// The schemas that the journals announce, of either store.
    static LongFunction<@Nullable String> schemas(Views views) {
        return fingerprint -> {
            for (StoreName store : StoreName.values()) {
                Snapshot snapshot = views.of(store).snapshot();
                @Nullable Entry entry = snapshot.get(Keys.schema(fingerprint));
                if (entry != null) {
                    return new String(entry.value(), StandardCharsets.UTF_8);
                }
            }
            return null;
        };
    }
}
