package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Views;
import dev.shiplog.store.checkpoint.Boot;
import dev.shiplog.store.checkpoint.CheckpointReader;
import dev.shiplog.store.checkpoint.JournalPast;
import dev.shiplog.store.checkpoint.WarmRestartHost;
import dev.shiplog.store.history.HistoryHost;
import dev.shiplog.store.journal.AppendMeter;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.HashMark;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.journal.JournalMetrics;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.journal.ViewFollower;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A process's views of both stores: booted from checkpoints, caught up, and following.
///
/// The roles of one process share it.
public final class ViewsHost implements AutoCloseable {
    private final KafkaEndpoint endpoint;
    private final Map<StoreName, Followed> stores;
    private final MarksFollower marks;
    private @Nullable JournalMetrics metrics;

    /// A longer tail may be read faster from a checkpoint of the topic than from the local file.
    private static final long WARM_TAIL_RECORDS_MAX = 100_000;

    /// One store as this process follows it, and where it began.
    ///
    /// @param warm its local files, null when there are none
    public record Followed(
            KafkaJournal journal,
            ViewFollower view,
            Boot.From boot,
            @Nullable WarmRestartHost warm) {}

    private ViewsHost(KafkaEndpoint endpoint, Map<StoreName, Followed> stores, MarksFollower marks) {
        this.endpoint = endpoint;
        this.stores = stores;
        this.marks = marks;
    }

    /// Returns when both views have everything that was in the journals when this was called.
    ///
    /// @param warm directory of local files for a warm restart; null for none
    /// @param onStop hears once why a view cannot go on
    /// @throws ViewsRefused when checkpoints and journals do not belong together
    /// @throws TimeoutException when topics do not appear or the views do not catch up in time
    public static ViewsHost start(KafkaEndpoint endpoint, @Nullable Path warm, Duration atMost, Consumer<String> onStop)
            throws ViewsRefused, JournalUnavailable, TimeoutException, InterruptedException {
        Map<StoreName, Followed> stores = new EnumMap<>(StoreName.class);
        Map<StoreName, Long> ends = new EnumMap<>(StoreName.class);
        ViewsHost host = new ViewsHost(endpoint, stores, new MarksFollower(endpoint, mark -> compare(stores, mark)));
        try {
            for (StoreName store : StoreName.values()) {
                KafkaJournal journal = KafkaJournal.open(endpoint, store, atMost);
                long end = journal.end();
                ends.put(store, end);
                WarmRestartHost files = warm == null ? null : new WarmRestartHost(warm, store);
                Boot.From boot = boot(endpoint, journal, end, files);
                ViewFollower view = new ViewFollower(store, boot.state());
                stores.put(store, new Followed(journal, view, boot, files));
                view.start(journal, onStop);
            }
            for (StoreName store : StoreName.values()) {
                host.of(store).view().awaitPosition(ends.getOrDefault(store, 0L) - 1, atMost);
            }
            host.marks.start();
            stores.values().forEach(ViewsHost::startWarm);
            return host;
        } catch (ViewsRefused | JournalUnavailable | TimeoutException | InterruptedException | RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /// The same without local files.
    public static ViewsHost start(KafkaEndpoint endpoint, Duration atMost, Consumer<String> onStop)
            throws ViewsRefused, JournalUnavailable, TimeoutException, InterruptedException {
        return start(endpoint, null, atMost, onStop);
    }

    private static void compare(Map<StoreName, Followed> stores, HashMark mark) {
        Followed followed = stores.get(mark.store());
        if (followed != null) {
            followed.view().compare(mark);
        }
    }

    private static void startWarm(Followed followed) {
        if (followed.warm() != null) {
            followed.warm().start(followed.journal().topicId(), followed.view(), followed.boot());
        }
    }

    private static Boot.From boot(
            KafkaEndpoint endpoint, KafkaJournal journal, long end, @Nullable WarmRestartHost files)
            throws ViewsRefused, JournalUnavailable {
        StoreName store = journal.store();
        Boot.Extent extent = new Boot.Extent(store, journal.topicId(), journal.start(), end);
        Boot.From warm = files == null ? null : files.newest(extent);
        if (warm != null && end - warm.state().position() <= WARM_TAIL_RECORDS_MAX) {
            return warm;
        }
        try (KafkaCheckpointsClient checkpoints = new KafkaCheckpointsClient(endpoint, store)) {
            return switch (new CheckpointReader(extent, List.of(checkpoints)).newest()) {
                case Boot.From from ->
                    warm == null || from.state().position() > warm.state().position() ? from : warm;
                case Boot.Refused(String reason) -> throw new ViewsRefused(reason);
            };
        } catch (IOException e) {
            throw new JournalUnavailable("the checkpoints of " + store.text() + " cannot be read", e);
        }
    }

    public Views views() {
        return new Views(of(StoreName.MAIN).view(), of(StoreName.EPHEMERAL).view());
    }

    public Followed of(StoreName store) {
        Followed followed = stores.get(store);
        if (followed == null) {
            throw new IllegalStateException(store.text() + " is not followed");
        }
        return followed;
    }

    /// The past of a store beyond what its view's window holds, indexed in a directory of its own from when it is
    /// started; it is its caller's.
    public HistoryHost history(StoreName store, Path directory) {
        Followed followed = of(store);
        var past = new JournalPast(followed.journal(), new KafkaCheckpointsClient(endpoint, store));
        return new HistoryHost(directory.resolve(store.text()), past, followed.view());
    }

    /// A door to append to a store by; only for a process that may.
    public JournalAppender appender(StoreName store, AppenderSettings settings, AppenderSeams seams) {
        Followed followed = of(store);
        AppendMeter meter = metrics == null ? AppendMeter.NONE : metrics.meter(store);
        return JournalAppender.over(followed.journal(), followed.view(), settings, seams, meter);
    }

    /// Shows the journals, the views and what is appended from here on in a registry. Once, before the first appender.
    public void measure(PrometheusRegistry registry) {
        metrics = new JournalMetrics(
                registry,
                stores.values().stream()
                        .map(each -> new JournalMetrics.Followed(
                                each.journal(), each.view(), each.boot().samples()))
                        .toList());
    }

    @Override
    public void close() {
        marks.close();
        stores.values().forEach(followed -> {
            if (followed.warm() != null) {
                followed.warm().close();
            }
            followed.view().close();
            followed.journal().close();
        });
    }
}
