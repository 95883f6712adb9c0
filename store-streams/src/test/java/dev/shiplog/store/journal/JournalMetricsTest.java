package dev.shiplog.store.journal;

import static dev.shiplog.store.journal.Sample.draft;
import static dev.shiplog.store.journal.Sample.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.StoreName;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JournalMetricsTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final MemoryJournal journal = new MemoryJournal(StoreName.MAIN, new UUID(5, 5), Instant::now);
    private final ViewFollower view = new ViewFollower(StoreName.MAIN, State.EMPTY);
    private final JournalMetrics metrics =
            new JournalMetrics(registry, List.of(new JournalMetrics.Followed(journal, view, List.of())));

    private DataPointSnapshot point(String metric, String label) {
        return registry.scrape().stream()
                .filter(each -> each.getMetadata().getPrometheusName().equals(metric))
                .map(MetricSnapshot::getDataPoints)
                .flatMap(List::stream)
                .filter(each -> each.getLabels().stream()
                        .anyMatch(pair -> pair.getValue().equals(label)))
                .findFirst()
                .orElseThrow();
    }

    private double gauge(String metric, String label) {
        return ((GaugeSnapshot.GaugeDataPointSnapshot) point(metric, label)).getValue();
    }

    private void follow() throws Exception {
        view.apply(journal.read(view.state().position() + 1, 100));
    }

    @Test
    void showAppendsRecordsAndTheView() throws Exception {
        var seams = new AppenderSeams(UUID::randomUUID, (_, task) -> task.run(), () -> null, Long::toHexString);
        try (var appender = JournalAppender.over(
                journal, view, AppenderSettings.of("test"), seams, metrics.meter(StoreName.MAIN))) {
            appender.submit(draft(put("a", 0, "four")));
            follow();
            follow();
            appender.submit(draft(put("a", 0, "four")));
            follow();
            journal.append(new byte[0]);
            follow();
            journal.append(new byte[0]);
        }

        assertThat(gauge("shiplog_view_revision", "main")).isEqualTo(1);
        assertThat(gauge("shiplog_journal_end_revision", "main")).isEqualTo(1);
        assertThat(gauge("shiplog_journal_start_revision", "main")).isEqualTo(1);
        assertThat(gauge("shiplog_view_lag_records", "main")).isEqualTo(1);
        assertThat(gauge("shiplog_view_bytes", "main")).isEqualTo(4);
        assertThat(gauge("shiplog_view_objects", "configmaps")).isEqualTo(1);
        for (String outcome : List.of("rejected", "unreadable")) {
            assertThat(((CounterSnapshot.CounterDataPointSnapshot) point("shiplog_transactions", outcome)).getValue())
                    .isEqualTo(1);
        }
        assertThat(((HistogramSnapshot.HistogramDataPointSnapshot) point("shiplog_journal_append_seconds", "main"))
                        .getCount())
                .isEqualTo(2);
        assertThat(((HistogramSnapshot.HistogramDataPointSnapshot) point("shiplog_journal_commit_seconds", "main"))
                        .getCount())
                .isEqualTo(3);
    }
}
