package dev.shiplog.store.journal;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Outcome.Reason;
import dev.shiplog.store.Outcome.Rejected;
import dev.shiplog.store.RevisionGone;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The metrics of a process's journals and views. One for both stores: they differ in a label.
public final class JournalMetrics {
    private static final double[] SECONDS = {0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 20};
    private static final String LABEL = "journal";

    private final Histogram append;
    private final Histogram commit;
    private final Counter transactions;

    /// @param followed every store that this process follows
    public JournalMetrics(PrometheusRegistry registry, List<Followed> followed) {
        append = histogram(registry, "shiplog_journal_append_seconds", "from an append to its answer");
        commit = histogram(registry, "shiplog_journal_commit_seconds", "from sending a record to its acknowledgement");
        transactions = Counter.builder()
                .name("shiplog_transactions_total")
                .help("journal records by what the rule made of them")
                .labelNames(LABEL, "outcome")
                .register(registry);
        gauge(registry, followed, "shiplog_view_revision", "the view's revision", JournalMetrics::revision);
        gauge(registry, followed, "shiplog_journal_end_revision", "the newest known", JournalMetrics::revision);
        gauge(registry, followed, "shiplog_journal_start_revision", "the oldest held", JournalMetrics::startRevision);
        gauge(registry, followed, "shiplog_view_lag_records", "not applied yet", JournalMetrics::lag);
        gauge(
                registry,
                followed,
                "shiplog_view_bytes",
                "values held",
                each -> each.view.state().bytes());
        objects(registry, followed);
        followed.forEach(this::count);
    }

    /// A store's journal and view.
    ///
    /// @param samples of the checkpoint that the view was booted from
    public record Followed(Journal journal, ViewFollower view, List<RevisionSample> samples) {}

    private static Histogram histogram(PrometheusRegistry registry, String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .unit(Unit.SECONDS)
                .labelNames(LABEL)
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    private static void gauge(
            PrometheusRegistry registry,
            List<Followed> followed,
            String name,
            String help,
            ToDoubleFunction<Followed> of) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(LABEL)
                .callback(callback -> followed.forEach(each -> callback.call(
                        of.applyAsDouble(each), each.journal.store().text())))
                .register(registry);
    }

    private static void objects(PrometheusRegistry registry, List<Followed> followed) {
        GaugeWithCallback.builder()
                .name("shiplog_view_objects")
                .help("objects in the view")
                .labelNames("resource")
                .callback(callback -> {
                    for (Followed each : followed) {
                        for (Map.Entry<String, Long> count :
                                each.view.state().countsByResource().entrySet()) {
                            callback.call(count.getValue(), count.getKey());
                        }
                    }
                })
                .register(registry);
    }

    private static double revision(Followed followed) {
        return followed.view.state().revision();
    }

    private static double startRevision(Followed followed) {
        try {
            long start = followed.journal.start();
            return followed.samples.stream()
                    .filter(sample -> start > 0 && sample.position() >= start)
                    .mapToLong(RevisionSample::revision)
                    .findFirst()
                    .orElse(1);
        } catch (JournalUnavailable _) {
            return Double.NaN;
        }
    }

    private static double lag(Followed followed) {
        try {
            return Math.max(0, followed.journal.end() - followed.view.state().position() - 1);
        } catch (JournalUnavailable _) {
            return Double.NaN;
        }
    }

    private void count(Followed followed) {
        String journal = followed.journal.store().text();
        CounterDataPoint accepted = transactions.labelValues(journal, "accepted");
        CounterDataPoint rejected = transactions.labelValues(journal, "rejected");
        CounterDataPoint unreadable = transactions.labelValues(journal, "unreadable");
        try {
            followed.view.follow(
                    followed.view.state().position(),
                    applied -> of(applied, accepted, rejected, unreadable).inc());
        } catch (RevisionGone gone) {
            throw new AssertionError("a view holds the records after its own position", gone);
        }
    }

    private static CounterDataPoint of(
            Applied applied, CounterDataPoint accepted, CounterDataPoint rejected, CounterDataPoint unreadable) {
        if (applied.outcome() instanceof Rejected refusal) {
            return refusal.reason() == Reason.UNREADABLE ? unreadable : rejected;
        }
        return accepted;
    }

    /// For the appender of a store.
    public AppendMeter meter(StoreName store) {
        DistributionDataPoint answers = append.labelValues(store.text());
        DistributionDataPoint commits = commit.labelValues(store.text());
        return new AppendMeter() {
            @Override
            public void answered(long nanos) {
                answers.observe(Unit.nanosToSeconds(nanos));
            }

            @Override
            public void committed(long nanos) {
                commits.observe(Unit.nanosToSeconds(nanos));
            }
        };
    }
}
