package dev.shiplog.store.journal;

import static dev.shiplog.store.journal.Sample.draft;
import static dev.shiplog.store.journal.Sample.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Noop;
import dev.shiplog.journal.Open;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.JournalCodec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Result;
import dev.shiplog.store.TransactionDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JournalAppenderTest {
    private final Script journal = new Script();
    private final ViewFollower view = new ViewFollower(StoreName.MAIN, State.EMPTY);
    private final Deque<Runnable> timers = new ArrayDeque<>();
    private String full = "";
    private final AppenderSeams seams = new AppenderSeams(
            UUID::randomUUID,
            (_, task) -> timers.add(task),
            () -> full.isEmpty() ? null : full,
            "schema %x"::formatted);
    private final JournalAppender appender = appender(Duration.ofSeconds(60));

    private JournalAppender appender(Duration patience) {
        return JournalAppender.over(journal, view, new AppenderSettings("test", patience, Duration.ofMillis(1)), seams);
    }

    @AfterEach
    void close() {
        appender.close();
    }

    /// A journal whose every send waits for the test to say what becomes of it.
    private static final class Script implements Journal {
        private final MemoryJournal records = new MemoryJournal(StoreName.MAIN, new UUID(5, 5), Instant::now);
        private final Deque<Sent> sent = new ConcurrentLinkedDeque<>();

        @SuppressWarnings("ArrayRecordComponent") // bytes pass through and are not compared
        record Sent(byte[] bytes, Acknowledgement acknowledgement) {
            JournalRecord record() {
                return ((JournalCodec.Readable) JournalCodec.decode(bytes)).record();
            }
        }

        @Override
        public Writer writer() {
            return new Writer() {
                @Override
                public void send(byte[] bytes, Acknowledgement acknowledgement) {
                    sent.add(new Sent(bytes, acknowledgement));
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public StoreName store() {
            return StoreName.MAIN;
        }

        @Override
        public UUID topicId() {
            return records.topicId();
        }

        @Override
        public long start() {
            return records.start();
        }

        @Override
        public long end() {
            return records.end();
        }

        @Override
        public Reader reader(long from) {
            return records.reader(from);
        }

        @Override
        public void deleteRecords(long before) {
            records.deleteRecords(before);
        }

        @Override
        public void close() {}
    }

    private void land(Script.Sent sent) {
        view.apply(List.of(journal.records.append(sent.bytes())));
    }

    private void landAndAcknowledge(Script.Sent sent) {
        Journal.Stored stored = journal.records.append(sent.bytes());
        sent.acknowledgement().acknowledged(stored.offset(), stored.stampMillis());
        view.apply(List.of(stored));
    }

    private void landAndAcknowledge(int count) {
        for (int landed = 0; landed < count; landed++) {
            await().until(() -> !journal.sent.isEmpty());
            landAndAcknowledge(journal.sent.remove());
        }
    }

    private static void fail(Script.Sent sent) {
        sent.acknowledgement().failed(new Exception("broker away"));
    }

    private Pending submitInOpenSession(TransactionDraft draft) {
        Pending pending = appender.submit(draft);
        landAndAcknowledge(journal.sent.remove());
        return pending;
    }

    @Test
    void opensASessionBeforeTheFirstTransaction() {
        Pending pending = appender.submit(draft(put("a", 0, "x")));

        assertThat(journal.sent).hasSize(1);
        assertThat(journal.sent.element().record().body()).isEqualTo(new Open("test", Rule.NEWEST));
        landAndAcknowledge(journal.sent.remove());
        assertThat(journal.sent.element().record().sequence()).isEqualTo(2);
        assertThat(pending.result()).isNull();
    }

    @Test
    void answersWhenAppliedAndAcknowledged() {
        Pending first = submitInOpenSession(draft(put("a", 0, "x")));
        Pending second = appender.submit(draft(put("b", 0, "x")));

        Script.Sent applied = journal.sent.remove();
        land(applied);
        assertThat(first.result()).isNull();
        applied.acknowledgement().acknowledged(1, 0);
        assertThat(first.result()).isInstanceOf(Result.Committed.class);

        Script.Sent acknowledged = journal.sent.remove();
        acknowledged.acknowledgement().acknowledged(2, 0);
        assertThat(second.result()).isNull();
        land(acknowledged);
        assertThat(second.result())
                .isInstanceOfSatisfying(
                        Result.Committed.class,
                        committed -> assertThat(committed.to()).isEqualTo(2));
    }

    @Test
    void tellsAConflictWithItsKeyAndRevision() {
        Pending first = submitInOpenSession(draft(put("a", 0, "x")));
        landAndAcknowledge(journal.sent.remove());
        assertThat(first.result()).isInstanceOf(Result.Committed.class);

        Pending second = appender.submit(draft(put("a", 0, "y")));
        landAndAcknowledge(journal.sent.remove());

        assertThat(second.result()).isEqualTo(new Result.Conflict(Sample.key("a"), 1, 2));
    }

    @Test
    void aFailedSendThatLandedIsCommittedOnceTheNoopIsApplied() {
        Pending pending = submitInOpenSession(draft(put("a", 0, "x")));
        Script.Sent doubtful = journal.sent.remove();
        fail(doubtful);
        land(doubtful);
        assertThat(pending.result()).isNull();

        Script.Sent noop = journal.sent.remove();
        assertThat(noop.record().body()).isEqualTo(Noop.EMPTY);
        assertThat(noop.record().sequence()).isEqualTo(3);
        landAndAcknowledge(noop);

        assertThat(pending.result()).isInstanceOf(Result.Committed.class);
    }

    @Test
    void aFailedSendThatDidNotLandIsVoidForEver() {
        Pending pending = submitInOpenSession(draft(put("a", 0, "x")));
        Script.Sent doubtful = journal.sent.remove();
        fail(doubtful);
        landAndAcknowledge(journal.sent.remove());
        assertThat(pending.result()).isInstanceOf(Result.Unavailable.class);

        land(doubtful);

        assertThat(view.snapshot().get(Sample.key("a"))).isNull();
    }

    @Test
    void whileInDoubtNothingNewIsSentAndTheNoopIsTriedAgain() {
        Pending pending = submitInOpenSession(draft(put("a", 0, "x")));
        fail(journal.sent.remove());
        Script.Sent firstNoop = journal.sent.remove();

        assertThat(appender.submit(draft(put("b", 0, "x"))).result()).isInstanceOf(Result.Unavailable.class);
        fail(firstNoop);
        assertThat(journal.sent).isEmpty();
        timers.remove().run();
        Script.Sent secondNoop = journal.sent.remove();
        assertThat(secondNoop.record().sequence()).isEqualTo(4);
        land(firstNoop);
        assertThat(pending.result()).isNull();
        landAndAcknowledge(secondNoop);

        assertThat(pending.result()).isInstanceOf(Result.Unavailable.class);
        Pending after = appender.submit(draft(put("c", 0, "x")));
        landAndAcknowledge(journal.sent.remove());
        assertThat(after.result()).isInstanceOf(Result.Committed.class);
    }

    @Test
    void othersInFlightAreSettledByTheSameNoop() {
        Pending first = submitInOpenSession(draft(put("a", 0, "x")));
        Pending second = appender.submit(draft(put("b", 0, "x")));
        Pending third = appender.submit(draft(put("c", 0, "x")));
        Script.Sent a = journal.sent.remove();
        Script.Sent b = journal.sent.remove();
        Script.Sent c = journal.sent.remove();

        fail(a);
        land(b);
        fail(b);
        fail(c);
        assertThat(journal.sent).hasSize(1);
        landAndAcknowledge(journal.sent.remove());

        assertThat(first.result()).isInstanceOf(Result.Unavailable.class);
        assertThat(second.result()).isInstanceOf(Result.Committed.class);
        assertThat(third.result()).isInstanceOf(Result.Unavailable.class);
    }

    @Test
    void aSessionThatEndedIsOpenedAnewAndItsRecordSentAgain() {
        submitInOpenSession(draft(put("a", 0, "x")));
        Script.Sent late = journal.sent.remove();
        long offset = journal.records.end();
        long afterTwoDays = Instant.now().plus(Duration.ofDays(2)).toEpochMilli();
        journal.records.append(new byte[0]);
        view.apply(List.of(new Journal.Stored(offset, afterTwoDays, new byte[0])));

        land(late);

        Script.Sent open = journal.sent.remove();
        assertThat(open.record().body()).isInstanceOf(Open.class);
        assertThat(open.record().writer()).isNotEqualTo(late.record().writer());
        fail(late);
        landAndAcknowledge(open);
        assertThat(journal.sent.element().record().body())
                .isEqualTo(late.record().body());
        landAndAcknowledge(journal.sent.remove());
        assertThat(view.snapshot().get(Sample.key("a"))).isNotNull();
    }

    @Test
    void aFailedOpenRefusesThoseWhoWaitAndTheNextOneTriesAgain() {
        Pending first = appender.submit(draft(put("a", 0, "x")));
        fail(journal.sent.remove());
        assertThat(first.result()).isInstanceOf(Result.Unavailable.class);

        Pending second = submitInOpenSession(draft(put("a", 0, "x")));
        landAndAcknowledge(journal.sent.remove());

        assertThat(second.result()).isInstanceOf(Result.Committed.class);
    }

    @Test
    void refusesWhatIsTooLarge() {
        var value = put("a", 0, "").withValue(new byte[TransactionDraft.VALUE_BYTES_MAX + 1]);
        List<Mutation> many = new ArrayList<>();
        for (int i = 0; i <= TransactionDraft.MUTATIONS_MAX; i++) {
            many.add(put("n" + i, 0, "x"));
        }

        assertThat(appender.submit(draft(value)).result()).isInstanceOf(Result.TooLarge.class);
        assertThat(appender.submit(new TransactionDraft(UUID.randomUUID(), Origin.EMPTY, List.of(), many))
                        .result())
                .isInstanceOf(Result.TooLarge.class);
        assertThat(journal.sent).isEmpty();
    }

    @Test
    void refusesAFullDisk() {
        full = "/data/kafka";

        assertThat(appender.submit(draft(put("a", 0, "x"))).result()).isEqualTo(new Result.NoSpace("/data/kafka"));
    }

    @Test
    void refusesMoreThanMayWait() {
        Pending first = submitInOpenSession(draft(put("a", 0, "x")));
        for (int i = 1; i < Appender.PENDING_MAX; i++) {
            assertThat(appender.submit(draft(put("n" + i, 0, "x"))).result()).isNull();
        }
        assertThat(appender.submit(draft(put("b", 0, "x"))).result()).isInstanceOf(Result.Overloaded.class);

        landAndAcknowledge(journal.sent.remove());
        assertThat(first.result()).isInstanceOf(Result.Committed.class);
        assertThat(appender.submit(draft(put("b", 0, "x"))).result()).isNull();
    }

    @Test
    void tellsACallerThatLostPatienceThatTheOutcomeIsUnknown() throws InterruptedException {
        try (JournalAppender impatient = appender(Duration.ofMillis(10))) {
            impatient.submit(draft(put("a", 0, "x")));
            landAndAcknowledge(journal.sent.remove());

            assertThat(impatient.append(draft(put("b", 0, "x")))).isInstanceOf(Result.Unknown.class);
        }
    }

    @Test
    void tellsACallerWhoseRecordWasNeverSentThatItIsNotDone() throws InterruptedException {
        try (JournalAppender impatient = appender(Duration.ofMillis(10))) {
            assertThat(impatient.append(draft(put("b", 0, "x")))).isInstanceOf(Result.Unavailable.class);
        }
    }

    @Test
    void closingLeavesNobodyWaiting() {
        Pending sent = submitInOpenSession(draft(put("a", 0, "x")));

        appender.close();

        assertThat(sent.result()).isInstanceOf(Result.Unknown.class);
        assertThat(appender.submit(draft(put("b", 0, "x"))).result()).isInstanceOf(Result.Unavailable.class);
    }

    @Test
    void commitsASchemaBeforeItsFirstValueAndGuardsIt() throws InterruptedException {
        Thread broker = Thread.startVirtualThread(() -> landAndAcknowledge(3));

        Result result = appender.append(draft(put("a", 0, "x").withSchema(0xABCL)));

        broker.join();
        assertThat(result).isInstanceOf(Result.Committed.class);
        assertThat(view.snapshot().get(Keys.schema(0xABCL)))
                .satisfies(entry -> assertThat(entry.value()).asString().isEqualTo("schema abc"));
        Pending next = appender.submit(draft(put("b", 0, "x").withSchema(0xABCL)));
        assertThat(((Transaction) journal.sent.element().record().body()).guards())
                .extracting("key")
                .containsExactly(Keys.schema(0xABCL));
        landAndAcknowledge(journal.sent.remove());
        assertThat(next.result()).isInstanceOf(Result.Committed.class);
    }

    @Test
    void appendsARefusal() throws InterruptedException {
        submitInOpenSession(draft(put("a", 0, "x")));
        landAndAcknowledge(journal.sent.remove());
        Thread broker = Thread.startVirtualThread(() -> landAndAcknowledge(1));

        Result result = appender.append(new Refused(UUID.randomUUID(), Origin.EMPTY, 403, "Forbidden", "no"));

        broker.join();
        assertThat(result)
                .isInstanceOfSatisfying(
                        Result.Committed.class,
                        committed -> assertThat(committed.from()).isEqualTo(committed.to() + 1));
    }

    @Test
    void theLatestIsNotOlderThanTheEndOfTheJournal() throws Exception {
        journal.records.append(new byte[0]);
        assertThatThrownBy(() -> appender.latest(Duration.ofMillis(5))).isInstanceOf(TimeoutException.class);

        view.apply(journal.records.read(0, 10));

        assertThat(appender.latest(Duration.ofMillis(5)).position()).isZero();
    }
}
