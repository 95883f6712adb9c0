package dev.shiplog.store.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.store.check.Operation.Kind;
import dev.shiplog.store.check.Operation.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Linearizability as Herlihy and Wing define it ("Linearizability: a correctness condition for concurrent
/// objects", 1990): some order of the operations that agrees with time explains every answer.
final class LinearizabilityTest {
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final Path HISTORIES = Path.of("src/test/resources/histories");

    static Stream<Path> histories() throws IOException {
        try (Stream<Path> files = Files.list(HISTORIES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void brokenHistoriesAreToldFromGoodOnes(Path file) throws IOException, MalformedHistory {
        List<Operation> history;
        try (BufferedReader text = Files.newBufferedReader(file)) {
            history = HistoryReader.read(text);
        }
        boolean broken = file.getFileName().toString().startsWith("broken-");

        assertThat(Linearizability.check(history))
                .isInstanceOf(broken ? Verdict.Broken.class : Verdict.Linearizable.class);
    }

    @Test
    void aCounterexampleEndsWithTheAnswerThatNothingExplains() throws IOException, MalformedHistory {
        Verdict verdict;
        try (BufferedReader text = Files.newBufferedReader(HISTORIES.resolve("broken-read-goes-back.jsonl"))) {
            verdict = Linearizability.check(HistoryReader.read(text));
        }

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Broken.class, broken -> {
            Step last = broken.counterexample().getLast().steps().getFirst();
            assertThat(last.kind()).isEqualTo(Kind.GET);
            assertThat(last.value()).isEqualTo("1");
        });
    }

    /// What a store that does one thing after the other answers is linearizable, whatever overlaps and gets
    /// lost.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatAnAtomicStoreAnswersIsLinearizable(long seed) {
        List<Operation> history = new AtomicStore(seed, 3, 8).history(3_000);

        assertThat(Linearizability.check(history)).as("seed %d", seed).isInstanceOf(Verdict.Linearizable.class);
    }

    /// Small histories with one answer changed: the search must agree with trying every order.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSearchAgreesWithTryingEveryOrder(long seed) {
        var random = new Random(seed);
        int broken = 0;
        for (int round = 0; round < 1_500; round++) {
            List<Operation> history =
                    new ArrayList<>(new AtomicStore(random.nextLong(), 2, 3).history(1 + random.nextInt(6)));
            if (!history.isEmpty()) {
                int at = random.nextInt(history.size());
                history.set(at, changed(history.get(at), random));
            }
            boolean explained = everyOrder(history);
            broken += explained ? 0 : 1;

            assertThat(Search.explains(history))
                    .as("seed %d: %s", seed, history)
                    .isEqualTo(explained);
        }
        assertThat(broken).isBetween(100, 1_400);
    }

    private static Operation changed(Operation operation, Random random) {
        Step step = operation.steps().getFirst();
        String value = random.nextInt(4) == 0 ? null : "v" + random.nextInt(4);
        var other = new Step(step.kind(), step.key(), step.kind() == Kind.DELETE ? null : value, step.expect(), null);
        return new Operation(operation.process(), List.of(other), operation.invoked(), operation.returned());
    }

    private static boolean everyOrder(List<Operation> left) {
        return everyOrder(new ArrayList<>(left), Map.of());
    }

    private static boolean everyOrder(List<Operation> left, Map<String, Cell> state) {
        if (left.stream().noneMatch(Operation::certain)) {
            return true;
        }
        for (Operation first : left) {
            boolean mayBeFirst = left.stream().noneMatch(other -> other.returned() < first.invoked());
            var next = new HashMap<>(state);
            boolean explained = mayBeFirst;
            for (Step step : first.steps()) {
                @Nullable Cell cell = next.getOrDefault(step.key(), Cell.ABSENT).after(step);
                explained &= cell != null;
                next.put(step.key(), cell == null ? Cell.ABSENT : cell);
            }
            var rest = new ArrayList<>(left);
            rest.remove(first);
            if (explained && everyOrder(rest, next)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aFileThatIsNoHistoryIsRefusedWithItsLine() {
        assertRefused("{", "line 1 is no JSON");
        assertRefused(
                "{\"process\":1,\"type\":\"invoke\",\"op\":\"swap\",\"key\":\"a/b\",\"time\":1}", "line 1 has the op");
        assertRefused(
                "{\"process\":1,\"type\":\"ok\",\"op\":\"get\",\"key\":\"a/b\",\"time\":1}",
                "line 1 ends an operation");
        assertRefused("\n{\"process\":1,\"type\":\"invoke\",\"op\":\"get\",\"time\":1}", "line 2 has no key");
        String get = "{\"process\":1,\"type\":\"invoke\",\"op\":\"get\",\"key\":\"a/b\",\"time\":1}";
        assertRefused(get + "\n" + get, "line 2 begins an operation of process 1 before its last has ended");
    }

    private static void assertRefused(String text, String message) {
        assertThatThrownBy(() -> HistoryReader.read(new BufferedReader(new StringReader(text))))
                .isInstanceOf(MalformedHistory.class)
                .hasMessageStartingWith(message);
    }

    /// A store that does one thing after the other, and clients whose calls overlap.
    private static final class AtomicStore {
        private final Random random;
        private final int keys;
        private final int processes;
        private final Map<String, String> values = new HashMap<>();
        private final Map<String, Long> revisions = new HashMap<>();
        private long revision;

        AtomicStore(long seed, int keys, int processes) {
            this.random = new Random(seed);
            this.keys = keys;
            this.processes = processes;
        }

        List<Operation> history(int count) {
            var history = new ArrayList<Operation>();
            long[] free = new long[processes];
            for (int i = 0; i < count; i++) {
                long now = 10L * (i + 1);
                int process = random.nextInt(processes);
                @Nullable Step step = free[process] < now ? step() : null;
                if (step != null) {
                    long invoked = Math.max(free[process] + 1, now - random.nextInt(60));
                    boolean known = !step.kind().writes() || random.nextInt(20) > 0;
                    long returned = known ? now + random.nextInt(60) : Operation.NEVER;
                    free[process] = known ? returned : now + 60;
                    var operation = new Operation(process, List.of(step), invoked, returned);
                    history.add(known ? operation : operation.pending());
                }
            }
            Collections.shuffle(history, random);
            return history;
        }

        /// Something that is done now; null when it is refused.
        private @Nullable Step step() {
            String key = "k" + random.nextInt(keys);
            Long at = revisions.get(key);
            String value = "v" + random.nextInt(4);
            Long expect = at != null && random.nextBoolean() ? at : null;
            return switch (KINDS.get(random.nextInt(KINDS.size()))) {
                case GET -> new Step(Kind.GET, key, values.get(key), null, at);
                case CREATE -> at != null ? null : put(Kind.CREATE, key, value, null);
                case UPDATE -> at == null ? null : update(key, value, expect, at);
                case DELETE -> at == null ? null : delete(key, expect);
            };
        }

        private Step update(String key, String value, @Nullable Long expect, Long at) {
            return Objects.equals(values.get(key), value)
                    ? new Step(Kind.UPDATE, key, value, expect, at)
                    : put(Kind.UPDATE, key, value, expect);
        }

        private Step delete(String key, @Nullable Long expect) {
            values.remove(key);
            revisions.remove(key);
            return new Step(Kind.DELETE, key, null, expect, ++revision);
        }

        private Step put(Kind kind, String key, String value, @Nullable Long expect) {
            values.put(key, value);
            revisions.put(key, ++revision);
            return new Step(kind, key, value, expect, revision);
        }
    }
}
