package dev.shiplog.standalone;

import dev.shiplog.api.ApiServer;
import dev.shiplog.api.ApiSettings;
import dev.shiplog.api.tls.AdminKubeconfig;
import dev.shiplog.api.tls.Pki;
import dev.shiplog.journal.Identity;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Past;
import dev.shiplog.store.Result;
import dev.shiplog.store.broker.BrokerSettings;
import dev.shiplog.store.broker.DiskReserve;
import dev.shiplog.store.history.HistoryHost;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.Beginning;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.kafka.ViewsHost;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Starts the role `api-server`: an appender per store, the journals' identity, and the server over them.
final class ApiRole {
    private static final Duration BEGUN_WITHIN = Duration.ofMinutes(1);
    private static final long BEGIN_AGAIN_MILLIS = 100;

    private final Data data;
    private final UpOptions options;
    private final Endpoints endpoints;
    private final Deque<AutoCloseable> running;

    /// @param running takes every part that has to be closed
    ApiRole(Data data, UpOptions options, Endpoints endpoints, Deque<AutoCloseable> running) {
        this.data = data;
        this.options = options;
        this.endpoints = endpoints;
        this.running = running;
    }

    ApiServer start(Pki pki, ViewsHost views, KafkaEndpoint kafka, PrometheusRegistry metrics)
            throws IOException, InterruptedException {
        JournalAppender main = appender(views, StoreName.MAIN);
        JournalAppender ephemeral = appender(views, StoreName.EPHEMERAL);
        HistoryHost mainPast = views.history(StoreName.MAIN, data.history());
        HistoryHost ephemeralPast = views.history(StoreName.EPHEMERAL, data.history());
        running.push(mainPast);
        running.push(ephemeralPast);
        String address = HostAddress.address();
        ApiServer server = ApiServer.start(
                new ApiSettings(options.listen, endpoints.ports().api(), address, Version.SHIPLOG, Version.commit()),
                new ApiServer.Needs(
                        pki, views.views(), new Past.Pasts(mainPast, ephemeralPast), main, ephemeral, kafka, metrics));
        running.push(server);
        // Not before: to load the index costs processor time that the start needs.
        mainPast.start();
        ephemeralPast.start();
        Secrets.write(data.adminKubeconfig(), AdminKubeconfig.text(pki, endpoints.api()));
        return server;
    }

    private JournalAppender appender(ViewsHost views, StoreName store) throws IOException, InterruptedException {
        var seams = new AppenderSeams(UUID::randomUUID, ApiRole::later, space(), ApiRole::schemaText);
        JournalAppender appender = views.appender(
                store,
                AppenderSettings.of(
                        HostAddress.name() + "-" + ProcessHandle.current().pid()),
                seams);
        running.push(appender);
        begin(views, store, appender);
        return appender;
    }

    /// Names a new journal, and refuses one that is another cluster's. A journal that does not take the record yet
    /// is asked again, on what the view shows then: what became of an attempt is unknown at times, and another
    /// instance may be first.
    private void begin(ViewsHost views, StoreName store, JournalAppender appender) throws InterruptedException {
        var expected = new Beginning.Expected(
                data.clusterId(), views.of(store).journal().topicId(), 0);
        long deadline = System.nanoTime() + BEGUN_WITHIN.toNanos();
        while (true) {
            switch (Beginning.of(expected, views.of(store).view().state())) {
                case Beginning.Known _ -> {
                    return;
                }
                case Beginning.Unnamed(Identity identity) -> {
                    Result result = appender.appendControl(identity);
                    if (result instanceof Result.Committed) {
                        return;
                    }
                    if (System.nanoTime() > deadline) {
                        throw new Stop(
                                ExitCode.FAILED,
                                "the journal of %s cannot be begun: %s".formatted(store.text(), result),
                                "Look into ./shiplog logs broker");
                    }
                    TimeUnit.MILLISECONDS.sleep(BEGIN_AGAIN_MILLIS);
                }
                case Beginning.Refused(String reason) ->
                    throw new Stop(ExitCode.REFUSED, reason, "Use the data directory that belongs to this Kafka");
            }
        }
    }

    /// The disk of a broker on this host; an existing Kafka looks after its own.
    private AppenderSeams.Space space() throws IOException {
        if (!Files.isDirectory(data.kafka())) {
            return () -> null;
        }
        var reserve = new DiskReserve(data.kafka(), BrokerSettings.RESERVE_BYTES);
        return () -> reserve.below() ? reserve.directory().toString() : null;
    }

    private static void later(Duration after, Runnable task) {
        CompletableFuture.delayedExecutor(after.toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
                .execute(task);
    }

    private static String schemaText(long fingerprint) {
        RecordType<?> type = Catalog.builtIn().type(fingerprint);
        if (type == null) {
            throw new IllegalArgumentException("no schema has the fingerprint " + Long.toHexString(fingerprint));
        }
        return type.strippedText();
    }
}
