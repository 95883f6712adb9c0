package dev.shiplog.store.journal;

import static dev.shiplog.store.journal.Sample.delete;
import static dev.shiplog.store.journal.Sample.guard;
import static dev.shiplog.store.journal.Sample.key;
import static dev.shiplog.store.journal.Sample.put;
import static dev.shiplog.store.journal.Sample.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.journal.Activate;
import dev.shiplog.journal.Body;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Identity;
import dev.shiplog.journal.Jump;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Noop;
import dev.shiplog.journal.Open;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Refused;
import dev.shiplog.journal.Transaction;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Outcome;
import dev.shiplog.store.Outcome.Accepted;
import dev.shiplog.store.Outcome.Reason;
import dev.shiplog.store.Outcome.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleTest {
    private static final UUID STRANGER = new UUID(9, 9);

    private final Replica replica = Replica.opened();

    /// Against a store in which `a` is at revision 1 and `b` at revision 2.
    static Stream<Arguments> transactions() {
        return Stream.of(
                Arguments.of("create", transaction(List.of(), put("c", 0, "x")), accepted(3, 3)),
                Arguments.of("create what is there", transaction(List.of(), put("a", 0, "x")), conflict("a", 1)),
                Arguments.of("update", transaction(List.of(), put("a", 1, "x")), accepted(3, 3)),
                Arguments.of("update a stale one", transaction(List.of(), put("b", 1, "x")), conflict("b", 2)),
                Arguments.of("update what is absent", transaction(List.of(), put("c", 1, "x")), conflict("c", 0)),
                Arguments.of("delete", transaction(List.of(), delete("a", 1)), accepted(3, 3)),
                Arguments.of("delete a stale one", transaction(List.of(), delete("b", 1)), conflict("b", 2)),
                Arguments.of(
                        "several",
                        transaction(List.of(), put("c", 0, "x"), delete("a", 1), put("b", 2, "y")),
                        accepted(3, 5)),
                Arguments.of(
                        "several of which the last fails",
                        transaction(List.of(), put("c", 0, "x"), put("b", 1, "y")),
                        conflict("b", 2)),
                Arguments.of(
                        "absent guard holds",
                        transaction(List.of(guard("z", Condition.ABSENT, 0)), put("c", 0, "x")),
                        accepted(3, 3)),
                Arguments.of(
                        "absent guard fails",
                        transaction(List.of(guard("a", Condition.ABSENT, 0)), put("c", 0, "x")),
                        conflict("a", 1)),
                Arguments.of(
                        "present guard holds",
                        transaction(List.of(guard("b", Condition.PRESENT, 0)), put("c", 0, "x")),
                        accepted(3, 3)),
                Arguments.of(
                        "present guard fails",
                        transaction(List.of(guard("z", Condition.PRESENT, 0)), put("c", 0, "x")),
                        conflict("z", 0)),
                Arguments.of(
                        "at guard holds",
                        transaction(List.of(guard("b", Condition.AT, 2)), put("c", 0, "x")),
                        accepted(3, 3)),
                Arguments.of(
                        "at guard fails",
                        transaction(List.of(guard("b", Condition.AT, 1)), put("c", 0, "x")),
                        conflict("b", 2)),
                Arguments.of(
                        "guards come before expectations",
                        transaction(List.of(guard("b", Condition.AT, 1)), put("a", 7, "x")),
                        conflict("b", 2)),
                Arguments.of("no mutation", transaction(List.of()), unreadable()),
                Arguments.of("a key twice", transaction(List.of(), put("c", 0, "x"), put("c", 0, "y")), unreadable()),
                Arguments.of(
                        "a guard on a mutated key",
                        transaction(List.of(guard("a", Condition.PRESENT, 0)), put("a", 1, "x")),
                        unreadable()),
                Arguments.of("deletion of what is absent", transaction(List.of(), delete("c", 0)), unreadable()),
                Arguments.of(
                        "a put without a value",
                        transaction(List.of(), put("c", 0, "x").withValue(null)),
                        unreadable()),
                Arguments.of(
                        "a delete with a value",
                        transaction(List.of(), delete("a", 1).withValue(new byte[1])),
                        unreadable()));
    }

    private static Outcome accepted(long from, long to) {
        return new Accepted(from, to);
    }

    private static Outcome conflict(String name, long revision) {
        return new Rejected(Reason.CONFLICT, key(name), revision);
    }

    private static Outcome unreadable() {
        return new Rejected(Reason.UNREADABLE, null, 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transactions")
    void judgesTransactions(String name, Transaction transaction, Outcome expected) {
        replica.given(transaction(List.of(), put("a", 0, "1"), put("b", 0, "2")));
        State before = replica.state();

        Outcome outcome = replica.given(transaction);

        assertThat(outcome).isEqualTo(expected);
        if (outcome instanceof Rejected) {
            assertThat(replica.state().revision()).isEqualTo(before.revision());
            assertThat(replica.state().hash()).isEqualTo(before.hash());
        }
    }

    @Test
    void givesEachMutationARevisionOfItsOwn() {
        replica.given(transaction(List.of(), put("a", 0, "1")));

        Applied applied = replica.given(
                Sample.WRITER, 100, transaction(List.of(), put("b", 0, "2"), delete("a", 1), put("c", 0, "3")));

        assertThat(applied.changes()).extracting(Change::revision).containsExactly(2L, 3L, 4L);
        assertThat(applied.changes()).extracting(Change::index).containsExactly(0, 1, 2);
        assertThat(applied.changes().get(1).now()).isNull();
        assertThat(replica.state().get(key("a"))).isNull();
        assertThat(replica.state().revisionOf(key("c"))).isEqualTo(4);
        assertThat(replica.state().count("", "configmaps")).isEqualTo(2);
    }

    @Test
    void takesAtMostAThousandMutations() {
        Mutation[] thousand =
                IntStream.range(0, 1_000).mapToObj(i -> put("n" + i, 0, "x")).toArray(Mutation[]::new);
        Mutation[] more =
                IntStream.range(0, 1_001).mapToObj(i -> put("m" + i, 0, "x")).toArray(Mutation[]::new);

        assertThat(replica.given(transaction(List.of(), thousand))).isEqualTo(accepted(1, 1_000));
        assertThat(replica.given(transaction(List.of(), more))).isEqualTo(unreadable());
    }

    @Test
    void rejectsAWriterWithoutASession() {
        Applied applied = replica.given(STRANGER, 1, transaction(List.of(), put("a", 0, "x")));

        assertThat(applied.outcome()).isEqualTo(new Rejected(Reason.SESSION, null, 0));
    }

    @Test
    void rejectsASequenceThatWasSeenAndAcceptsAGap() {
        replica.given(Sample.WRITER, 10, transaction(List.of(), put("a", 0, "x")));

        assertThat(replica.given(Sample.WRITER, 10, transaction(List.of(), put("b", 0, "x")))
                        .outcome())
                .isEqualTo(new Rejected(Reason.DUPLICATE, null, 0));
        assertThat(replica.given(Sample.WRITER, 9, transaction(List.of(), put("b", 0, "x")))
                        .outcome())
                .isEqualTo(new Rejected(Reason.DUPLICATE, null, 0));
        assertThat(replica.given(Sample.WRITER, 12, transaction(List.of(), put("b", 0, "x")))
                        .outcome())
                .isEqualTo(accepted(2, 2));
    }

    @Test
    void aConflictUsesUpItsSequence() {
        replica.given(Sample.WRITER, 10, transaction(List.of(), put("a", 5, "x")));

        assertThat(replica.given(Sample.WRITER, 10, Noop.EMPTY).outcome())
                .isEqualTo(new Rejected(Reason.DUPLICATE, null, 0));
    }

    @Test
    void bytesThatAreNoRecordAreRejectedAndChangeNothingButPositionAndTime() {
        byte[] valid = Sample.bytes(Sample.WRITER, 10, Noop.EMPTY);
        for (byte[] noise :
                List.of(new byte[0], new byte[] {'S'}, new byte[] {'X', 'L', 1}, new byte[] {'S', 'L', 0}, new byte[] {
                    'S', 'L', 1, 7
                })) {
            assertThat(replica.given(noise).outcome()).isEqualTo(unreadable());
        }
        assertThat(replica.given(valid).outcome()).isInstanceOf(Accepted.class);
    }

    @Test
    void stopsAtARuleThatItDoesNotKnow() {
        byte[] bytes = Sample.bytes(Sample.WRITER, 10, Noop.EMPTY);
        bytes[2] = 9;

        Step step = Rule.apply(replica.state(), new Journal.Stored(1, 0, bytes));

        assertThat(step).isEqualTo(new Step.Stop(9));
    }

    @Test
    void journalTimeNeverFalls() {
        replica.stampNext(5_000);
        replica.given(Noop.EMPTY);
        replica.stampNext(4_000);
        replica.given(Noop.EMPTY);

        assertThat(replica.state().timeMillis()).isEqualTo(5_000);
    }

    @Test
    void aSessionEndsWhenItWasIdleForMoreThanADay() {
        long day = Duration.ofDays(1).toMillis();
        replica.stampNext(1_000 + day);
        assertThat(replica.given(Noop.EMPTY)).isInstanceOf(Accepted.class);

        replica.stampNext(1_000 + day + day + 1);

        assertThat(replica.given(Noop.EMPTY)).isEqualTo(new Rejected(Reason.SESSION, null, 0));
    }

    @Test
    void jumpsForwardOnly() {
        replica.given(transaction(List.of(), put("a", 0, "x")));
        replica.given(new Jump(100));
        assertThat(replica.state().revision()).isEqualTo(100);

        replica.given(new Jump(50));
        assertThat(replica.state().revision()).isEqualTo(100);
        assertThat(replica.given(transaction(List.of(), put("b", 0, "x")))).isEqualTo(accepted(101, 101));
    }

    @Test
    void activatesTheNextRuleOnceEverySessionKnowsIt() {
        replica.given(new Activate(2));
        assertThat(replica.state().rule()).isEqualTo(1);

        replica.given(new Open("newer program", 2));
        replica.given(new Activate(3));
        assertThat(replica.state().rule()).isEqualTo(1);

        replica.given(new Activate(2));
        assertThat(replica.state().rule()).isEqualTo(2);
    }

    static Stream<Body> bodiesThatChangeNoObject() {
        return Stream.of(
                Noop.EMPTY,
                new Refused(UUID.randomUUID(), Origin.EMPTY, 403, "Forbidden", "no"),
                new Identity("cluster", "topic", null, null));
    }

    @ParameterizedTest
    @MethodSource("bodiesThatChangeNoObject")
    void acceptsBodiesThatChangeNoObject(Body body) {
        replica.given(transaction(List.of(), put("a", 0, "x")));

        assertThat(replica.given(body)).isEqualTo(accepted(2, 1));
        assertThat(replica.state().revision()).isEqualTo(1);
    }
}
