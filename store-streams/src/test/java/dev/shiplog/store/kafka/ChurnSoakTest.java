package dev.shiplog.store.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Mutation;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Change;
import dev.shiplog.store.Result;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.SoakRun;
import dev.shiplog.store.View;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.materialise.StoreHost;
import dev.shiplog.store.materialise.StoreSettings;
import dev.shiplog.store.verify.VerifyHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Objects that come, change and go for minutes, and watchers that are cut off all the time.
@Tag("soak")
class ChurnSoakTest {
    private static final Duration FOR = Duration.ofMinutes(3);
    private static final int WRITERS = 24;
    private static final int WATCHERS = 8;
    private static final int NAMES = 40;

    @TempDir(cleanup = CleanupMode.NEVER)
    Path directory;

    private final AtomicBoolean over = new AtomicBoolean();

    /// The last revision, once the writers are done; 0 before.
    private final AtomicLong endAt = new AtomicLong();

    private final AtomicLong mutations = new AtomicLong();
    private final AtomicLong cuts = new AtomicLong();

    @Test
    void aWatchCutAnywhereSeesEachMutationOnceAndAllAgreeInTheEnd() throws Exception {
        var run = new SoakRun("watch-churn");
        try (TestCluster cluster = TestCluster.start(directory);
                ViewsHost first = cluster.views(KafkaUser.API_SERVER);
                ViewsHost second = cluster.views(KafkaUser.API_SERVER);
                StoreHost _ = StoreHost.start(
                        StoreSettings.of(TestCluster.PARTITIONS),
                        cluster.endpoint(KafkaUser.STORE),
                        cluster.registry(),
                        first);
                JournalAppender one = TestCluster.appender(first, "one");
                JournalAppender two = TestCluster.appender(second, "two");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<View> views = List.of(
                    first.of(StoreName.MAIN).view(), second.of(StoreName.MAIN).view());
            List<Future<Map<String, Long>>> watchers = new ArrayList<>();
            for (int i = 0; i < WATCHERS; i++) {
                watchers.add(threads.submit(new Watcher(views, i)));
            }
            List<Future<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(threads.submit(writer(i % 2 == 0 ? one : two, i)));
            }
            while (run.isYoungerThan(FOR)) {
                TimeUnit.SECONDS.sleep(1);
            }
            over.set(true);
            try {
                for (Future<Void> writer : writers) {
                    writer.get();
                }
            } finally {
                endAt.set(views.stream()
                        .mapToLong(view -> view.snapshot().revision())
                        .max()
                        .orElseThrow());
            }
            Map<String, Long> expected = new HashMap<>();
            views.getFirst()
                    .awaitRevision(endAt.get(), TestCluster.PATIENCE)
                    .list("", "configmaps", "churn")
                    .forEach(entry -> expected.put(entry.key().name(), entry.revision()));
            for (Future<Map<String, Long>> watcher : watchers) {
                assertThat(watcher.get()).isEqualTo(expected);
            }
            assertThat(new VerifyHost(cluster.endpoint(KafkaUser.ADMIN), cluster.registry(), TestCluster.PATIENCE)
                            .now()
                            .equal())
                    .isTrue();
        }
        run.counted("mutations", mutations.get())
                .counted("watchers", WATCHERS)
                .counted("cuts", cuts.get())
                .passed();
    }

    /// Creates, changes and deletes objects of its own.
    private Callable<Void> writer(JournalAppender appender, int number) {
        return () -> {
            var random = new Random(number);
            Map<String, Long> revisions = new HashMap<>();
            while (!over.get()) {
                String name = "w" + number + "-" + random.nextInt(NAMES);
                long expect = revisions.getOrDefault(name, 0L);
                Mutation mutation = expect > 0 && random.nextInt(3) == 0
                        ? TestCluster.delete("churn", name, expect)
                        : TestCluster.put("churn", name, expect, "value " + random.nextInt());
                Result result = appender.append(TestCluster.draft(mutation));
                assertThat(result).isInstanceOf(Result.Committed.class);
                revisions.put(name, mutation.value() == null ? 0 : ((Result.Committed) result).to());
                mutations.incrementAndGet();
            }
            return null;
        };
    }

    /// What an informer does: it keeps a table by what it is told, and resumes at the last revision it saw, at either
    /// view.
    private final class Watcher implements Callable<Map<String, Long>> {
        private final List<View> views;
        private final Random random;
        private final Map<String, Long> table = new HashMap<>();
        private long seen;
        private int left;
        private int watch;

        /// Noted, and thrown where it does not hold up the follower.
        private volatile @Nullable String fault;

        Watcher(List<View> views, int number) {
            this.views = views;
            random = new Random(1_000L + number);
        }

        @Override
        public Map<String, Long> call() throws Exception {
            while (endAt.get() == 0) {
                watch(1 + random.nextInt(400));
                cuts.incrementAndGet();
            }
            while (seen() < endAt.get()) {
                watch(Integer.MAX_VALUE);
            }
            return table;
        }

        /// Watches until so many changes came, or nothing comes for a moment.
        private void watch(int changes) throws RevisionGone, InterruptedException {
            int number;
            synchronized (this) {
                left = changes;
                number = ++watch;
            }
            View view = views.get(random.nextInt(views.size()));
            try (View.Subscription _ = view.followChanges(seen(), told -> changed(number, told))) {
                TimeUnit.MILLISECONDS.sleep(5 + random.nextInt(40));
            }
            synchronized (this) {
                left = 0;
            }
            assertThat(fault).isNull();
        }

        private synchronized long seen() {
            return seen;
        }

        /// What the follower was just about to tell a watch that has ended is not for the next one.
        private synchronized void changed(int number, List<Change> changes) {
            if (number != watch) {
                return;
            }
            for (Change change : changes) {
                if (left-- <= 0) {
                    return;
                }
                if (change.revision() != seen + 1) {
                    fault = "a watch at %d is told of %d".formatted(seen, change.revision());
                    return;
                }
                seen = change.revision();
                if (!change.key().resource().equals("configmaps")) {
                    continue;
                }
                if (change.now() == null) {
                    table.remove(change.key().name());
                } else {
                    table.put(change.key().name(), change.revision());
                }
            }
        }
    }
}
