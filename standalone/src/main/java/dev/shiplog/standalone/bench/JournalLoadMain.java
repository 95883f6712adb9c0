package dev.shiplog.standalone.bench;

import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Result;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.View;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import dev.shiplog.store.kafka.KafkaJournal;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A client of the store over the Kafka socket: each writer puts a value under a key of its own, again and
/// again, expecting the revision of the put before. Arguments: properties file, bytes of a value.
final class JournalLoadMain {
    private JournalLoadMain() {}

    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
            properties.load(reader);
        }
        int valueBytes = Integer.parseInt(args[1]);
        try (Journal journal = KafkaJournal.open(KafkaEndpoint.of(properties), StoreName.MAIN, Duration.ofSeconds(20));
                ViewFollower view = new ViewFollower(StoreName.MAIN, State.EMPTY)) {
            view.start(journal, why -> System.err.println("the follower stops: " + why));
            view.awaitPosition(journal.end() - 1, Duration.ofMinutes(1));
            try (JournalAppender appender =
                    JournalAppender.over(journal, view, AppenderSettings.of("bench"), seams())) {
                ClosedLoop.serve(worker -> new Put(appender, view, worker, valueBytes));
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static AppenderSeams seams() {
        return new AppenderSeams(
                UUID::randomUUID,
                (after, task) -> CompletableFuture.delayedExecutor(
                                after.toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
                        .execute(task),
                () -> null,
                fingerprint -> "\"bytes\"");
    }

    /// One writer's key, value and last revision.
    private static final class Put implements ClosedLoop.Operation {
        private final JournalAppender appender;
        private final Key key;
        private final byte[] value;
        private long revision;

        Put(JournalAppender appender, View view, int worker, int valueBytes) {
            this.appender = appender;
            this.key = new Key("~", "bench", "", Integer.toString(worker));
            this.value = new byte[valueBytes];
            ThreadLocalRandom.current().nextBytes(value);
            var present = view.snapshot().get(key);
            this.revision = present == null ? 0 : present.revision();
        }

        @Override
        public void run() throws InterruptedException {
            Mutation mutation = new Mutation(key, Operation.PUT, "update", null, revision, 0, value, null);
            Result result = appender.append(
                    new TransactionDraft(UUID.randomUUID(), Origin.EMPTY, List.of(), List.of(mutation)));
            if (!(result instanceof Result.Committed committed)) {
                throw new IllegalStateException(result.toString());
            }
            revision = committed.to();
        }
    }
}
