package dev.shiplog.store.materialise;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.checkpoint.CheckpointHost;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.kafka.KafkaCheckpointsClient;
import dev.shiplog.store.kafka.KafkaJournal;
import dev.shiplog.store.kafka.ViewsHost;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executors;

/// The role `store`: for each store the materialiser, and the checkpoints of whoever owns it.
public final class StoreHost implements AutoCloseable {
    private final RegistryClient registry;
    private final Map<StoreName, Part> parts = new EnumMap<>(StoreName.class);

    /// One store's share of the role.
    private record Part(KafkaJournal journal, Materialiser materialiser) {}

    private StoreHost(RegistryClient registry) {
        this.registry = registry;
    }

    /// Starts competing for both stores.
    ///
    /// @param endpoint with the right to write outputs and checkpoints
    /// @param views this process's views; they stay the caller's
    public static StoreHost start(
            StoreSettings settings, KafkaEndpoint endpoint, RegistryEndpoint registry, ViewsHost views)
            throws JournalUnavailable, InterruptedException {
        StoreHost host = new StoreHost(new RegistryClient(registry));
        try {
            for (StoreName store : StoreName.values()) {
                host.parts.put(store, host.part(store, settings, endpoint, views.of(store)));
            }
            return host;
        } catch (JournalUnavailable | InterruptedException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    private Part part(StoreName store, StoreSettings settings, KafkaEndpoint endpoint, ViewsHost.Followed followed)
            throws JournalUnavailable, InterruptedException {
        KafkaJournal journal = KafkaJournal.open(endpoint, store, settings.patience());
        Materialiser.WhileOwner checkpoints = () -> CheckpointHost.start(
                followed.view(),
                journal,
                new KafkaCheckpointsClient(endpoint, store),
                followed.boot(),
                store == StoreName.EPHEMERAL ? StoreSettings.EPHEMERAL_RETENTION : null)::close;
        Materialiser materialiser = new Materialiser(
                journal,
                settings.partitions(),
                endpoint,
                registry,
                followed.view(),
                settings.membership(),
                checkpoints);
        followed.view().onMark(materialiser::mark);
        materialiser.start();
        return new Part(journal, materialiser);
    }

    /// The materialiser of one store in this process, whether or not it is the one that works.
    public Materialiser materialiser(StoreName store) {
        Part part = parts.get(store);
        if (part == null) {
            throw new IllegalStateException("the store " + store.text() + " is closed");
        }
        return part.materialiser();
    }

    /// Registers the metrics of this role.
    public void measure(PrometheusRegistry metrics) {
        MaterialiserMetrics _ = new MaterialiserMetrics(
                metrics, parts.values().stream().map(Part::materialiser).toList());
    }

    /// All end at the same time: without a broker each waits in vain.
    @Override
    public void close() {
        try (var closing = Executors.newVirtualThreadPerTaskExecutor()) {
            parts.values()
                    .forEach(part -> closing.execute(() -> {
                        part.materialiser().close();
                        part.journal().close();
                    }));
        }
        registry.close();
    }
}
