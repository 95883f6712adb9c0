package dev.shiplog.store.verify;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.Entry;
import dev.shiplog.store.checkpoint.Boot;
import dev.shiplog.store.checkpoint.CheckpointReader;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.kafka.KafkaCheckpointsClient;
import dev.shiplog.store.kafka.KafkaJournal;
import dev.shiplog.store.materialise.ProgressClient;
import dev.shiplog.store.verify.TopicObjectsClient.Last;
import dev.shiplog.store.verify.VerifyReport.StoreReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Replays both journals and compares: a follower's state, a replay's, and the last record per key of the topics.
public final class VerifyHost {
    private static final Duration MATERIALISED_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final KafkaEndpoint endpoint;
    private final RegistryEndpoint registry;
    private final Duration patience;

    /// @param endpoint of a user that may read everything
    public VerifyHost(KafkaEndpoint endpoint, RegistryEndpoint registry, Duration patience) {
        this.endpoint = endpoint;
        this.registry = registry;
        this.patience = patience;
    }

    /// Compares everything, as of now.
    public VerifyReport now() throws Exception {
        return run(Long.MAX_VALUE, Scope.WITH_TOPICS);
    }

    /// Compares a follower's state with a replay's as of a revision.
    public VerifyReport at(long revision) throws Exception {
        return run(revision, Scope.JOURNAL);
    }

    private enum Scope {
        JOURNAL,
        WITH_TOPICS
    }

    private VerifyReport run(long revision, Scope scope) throws Exception {
        List<StoreReport> reports = new ArrayList<>();
        try (RegistryClient client = new RegistryClient(registry)) {
            for (StoreName store : StoreName.values()) {
                reports.add(store(store, revision, scope, client));
            }
        }
        return new VerifyReport(reports);
    }

    private StoreReport store(StoreName store, long revision, Scope scope, RegistryClient client) throws Exception {
        try (KafkaJournal journal = KafkaJournal.open(endpoint, store, patience);
                KafkaCheckpointsClient checkpoints = new KafkaCheckpointsClient(endpoint, store)) {
            long end = journal.end();
            Boot.Extent extent = new Boot.Extent(store, journal.topicId(), journal.start(), end);
            ReplayFollower replay = new ReplayFollower(journal, new CheckpointReader(extent, List.of(checkpoints)));
            State view = replay.fromNewest(revision, end);
            State replayed = replay.fromStart(revision, end);
            String difference = Differences.first("the view", view, "the replay", replayed);
            if (scope == Scope.JOURNAL) {
                return new StoreReport(store.text(), view.revision(), view.hash(), replayed.hash(), null, difference);
            }
            String late = awaitMaterialised(store, end - 1);
            TopicsState topics = new TopicsState(view, new TopicObjectsClient(endpoint, client, store));
            String inTopics = topics.difference();
            return new StoreReport(
                    store.text(),
                    view.revision(),
                    view.hash(),
                    replayed.hash(),
                    topics.hash(),
                    difference != null ? difference : inTopics == null ? null : late + inTopics);
        }
    }

    /// @return the beginning of an explanation, should the outputs not have come as far in time
    private String awaitMaterialised(StoreName store, long position) throws InterruptedException {
        long deadline = System.nanoTime() + MATERIALISED_WITHIN.toNanos();
        try (ProgressClient progress = new ProgressClient(endpoint)) {
            while (true) {
                long reached = progress.committed(store).position();
                if (reached >= position) {
                    return "";
                }
                if (System.nanoTime() > deadline) {
                    return "the outputs stand at position %d of %d; ".formatted(reached, position);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
            }
        }
    }

    /// The state that the topics' last records make. What changed after the view was taken counts as equal, because
    /// nobody stops writing for a verification.
    private static final class TopicsState {
        private final State view;
        private State topics = State.EMPTY;
        private @Nullable String difference;

        TopicsState(State view, TopicObjectsClient client) throws InterruptedException {
            this.view = view;
            Map<Key, Last> objects = client.objects();
            Map<Key, Last> typed = client.typed();
            for (Entry entry : view.all()) {
                if (Keys.isInternal(entry.key())) {
                    topics = topics.loaded(entry);
                } else {
                    take(entry, objects.get(entry.key()), "objects");
                    note(entry, typed.get(entry.key()), "the typed topic");
                }
            }
            objects.forEach((key, last) -> noteLeftover(key, last, "objects"));
            typed.forEach((key, last) -> noteLeftover(key, last, "the typed topic"));
        }

        private void take(Entry entry, @Nullable Last last, String topic) {
            if (last != null && last.revision() > view.revision()) {
                topics = topics.loaded(entry);
                return;
            }
            note(entry, last, topic);
            Entry found = last == null ? null : last.entry();
            if (found != null) {
                topics = topics.loaded(found);
            }
        }

        private void note(Entry entry, @Nullable Last last, String topic) {
            if (difference != null || (last != null && last.revision() > view.revision())) {
                return;
            }
            Entry found = last == null ? null : last.entry();
            difference = found == null
                    ? "%s: %s does not have it".formatted(Keys.text(entry.key()), topic)
                    : Differences.between(entry, "the view", found, topic);
        }

        private void noteLeftover(Key key, Last last, String topic) {
            Entry found = last.entry();
            if (found == null || last.revision() > view.revision() || view.get(key) != null) {
                return;
            }
            if (topic.equals("objects")) {
                topics = topics.loaded(found);
            }
            if (difference == null) {
                difference = "%s: %s still has it at revision %d".formatted(Keys.text(key), topic, last.revision());
            }
        }

        @Nullable
        String difference() {
            return difference;
        }

        String hash() {
            return topics.hash();
        }
    }
}
