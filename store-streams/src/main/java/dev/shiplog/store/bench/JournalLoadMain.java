package dev.shiplog.store.bench;

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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A client of the store over the Kafka socket: each writer puts a value under a key of its own, again and again,
/// expecting the revision of the put before. Arguments: properties file, writers, seconds, bytes of a value.
public final class JournalLoadMain {
    private JournalLoadMain() {}

    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
            properties.load(reader);
        }
        int writers = Integer.parseInt(args[1]);
        try (Journal journal = KafkaJournal.open(KafkaEndpoint.of(properties), StoreName.MAIN, Duration.ofSeconds(20));
                ViewFollower view = new ViewFollower(StoreName.MAIN, State.EMPTY)) {
            view.start(journal, why -> System.err.println("the follower stops: " + why));
            view.awaitPosition(journal.end() - 1, Duration.ofMinutes(1));
            try (JournalAppender appender =
                    JournalAppender.over(journal, view, AppenderSettings.of("bench"), seams())) {
                Puts puts = new Puts(appender, view, writers, Integer.parseInt(args[3]));
                Duration measured = Duration.ofMillis((long) (1_000 * Double.parseDouble(args[2])));
                System.out.println(new Load(writers, measured, puts::put).run());
                System.out.flush();
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static AppenderSeams seams() {
        return new AppenderSeams(
                UUID::randomUUID,
                (after, task) -> Thread.ofVirtual().start(() -> {
                    try {
                        TimeUnit.NANOSECONDS.sleep(after.toNanos());
                        task.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }),
                () -> null,
                fingerprint -> "\"bytes\"");
    }

    /// Each writer's key, value and last revision.
    private static final class Puts {
        private final JournalAppender appender;
        private final Key[] keys;
        private final long[] revisions;
        private final byte[][] values;

        Puts(JournalAppender appender, View view, int writers, int valueBytes) {
            this.appender = appender;
            this.keys = new Key[writers];
            this.revisions = new long[writers];
            this.values = new byte[writers][valueBytes];
            for (int i = 0; i < writers; i++) {
                keys[i] = new Key("~", "bench", "", Integer.toString(i));
                var present = view.snapshot().get(keys[i]);
                revisions[i] = present == null ? 0 : present.revision();
                ThreadLocalRandom.current().nextBytes(values[i]);
            }
        }

        void put(int writer) throws InterruptedException {
            Mutation mutation = new Mutation(
                    keys[writer], Operation.PUT, "update", null, revisions[writer], 0, values[writer], null);
            Result result = appender.append(
                    new TransactionDraft(UUID.randomUUID(), Origin.EMPTY, List.of(), List.of(mutation)));
            if (!(result instanceof Result.Committed committed)) {
                throw new IllegalStateException(result.toString());
            }
            revisions[writer] = committed.to();
        }
    }
}
