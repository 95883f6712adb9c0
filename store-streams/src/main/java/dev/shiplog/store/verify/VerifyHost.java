package dev.shiplog.store.verify;

import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.checkpoint.Boot;
import dev.shiplog.store.checkpoint.CheckpointReader;
import dev.shiplog.store.checkpoint.JournalPast;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.kafka.KafkaCheckpointsClient;
import dev.shiplog.store.kafka.KafkaJournal;
import dev.shiplog.store.materialise.ProgressClient;
import dev.shiplog.store.verify.VerifyReport.StoreReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
            ReplayedStates states = new ReplayedStates(
                    new JournalPast(journal, checkpoints), new CheckpointReader(extent, List.of(checkpoints)));
            State view = states.fromNewest(revision, end);
            State replayed = states.fromStart(revision, end);
            String difference = Differences.first("the view", view, "the replay", replayed);
            if (scope == Scope.JOURNAL) {
                return new StoreReport(store.text(), view.revision(), view.hash(), replayed.hash(), null, difference);
            }
            String late = awaitMaterialised(store, end - 1);
            TopicObjectsClient topics = new TopicObjectsClient(endpoint, client, store);
            var objects = topics.objects();
            var typed = topics.typed();
            LaterChanges later = new LaterChanges();
            states.onwards(view, journal.end(), later);
            TopicsState found = new TopicsState(view, later, objects, typed);
            String inTopics = found.difference();
            return new StoreReport(
                    store.text(),
                    view.revision(),
                    view.hash(),
                    replayed.hash(),
                    found.hash(),
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
}
