package dev.shiplog.store.check;

import dev.shiplog.store.check.Operation.Kind;
import dev.shiplog.store.check.Operation.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Checks a history of one store: that each key, or keys that a transaction ties together, behave as if one
/// operation took effect after the other, in an order that agrees with time (Herlihy and Wing, 1990); and that
/// revisions, which the store counts over all keys, agree with time too.
public final class Linearizability {
    /// Operations of a counterexample: the last one, and what it may have to do with.
    static final int COUNTEREXAMPLE_MAX = 16;

    private Linearizability() {}

    public static Verdict check(List<Operation> history) {
        for (List<Operation> tied : components(history)) {
            if (!Search.explains(tied)) {
                return new Verdict.Broken(counterexample(tied));
            }
        }
        @Nullable List<Operation> fall = fallOfRevisions(history);
        if (fall != null) {
            return new Verdict.Broken(fall);
        }
        long keys = history.stream()
                .flatMap(operation -> operation.steps().stream())
                .map(Step::key)
                .distinct()
                .count();
        return new Verdict.Linearizable(history.size(), Math.toIntExact(keys));
    }

    // --- keys that do not meet in any operation are checked apart: linearizability is a local property

    private static Iterable<List<Operation>> components(List<Operation> history) {
        Map<String, String> roots = new HashMap<>();
        for (Operation operation : history) {
            String first = root(roots, operation.steps().getFirst().key());
            operation.steps().forEach(step -> roots.put(root(roots, step.key()), first));
        }
        Map<String, List<Operation>> byRoot = new LinkedHashMap<>();
        for (Operation operation : history) {
            byRoot.computeIfAbsent(root(roots, operation.steps().getFirst().key()), _ -> new ArrayList<>())
                    .add(operation);
        }
        return byRoot.values();
    }

    private static String root(Map<String, String> roots, String key) {
        String at = key;
        for (String up = roots.getOrDefault(at, at); !up.equals(at); up = roots.getOrDefault(at, at)) {
            at = up;
        }
        return at;
    }

    // --- the shortest beginning that has no explanation

    private static List<Operation> counterexample(List<Operation> tied) {
        long[] returns = tied.stream()
                .filter(Operation::certain)
                .mapToLong(Operation::returned)
                .sorted()
                .toArray();
        int low = 0;
        int high = returns.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Search.explains(until(tied, returns[middle]))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        long end = returns[low];
        List<Operation> beginning = new ArrayList<>(until(tied, end));
        beginning.sort(Comparator.comparing((Operation operation) -> operation.returned() == end)
                .thenComparingLong(Operation::invoked));
        return beginning.subList(Math.max(0, beginning.size() - COUNTEREXAMPLE_MAX), beginning.size());
    }

    /// The history as it stood at a time: what returned later is pending.
    private static List<Operation> until(List<Operation> history, long time) {
        return history.stream()
                .filter(operation -> operation.invoked() <= time)
                .map(operation -> operation.returned() <= time ? operation : operation.pending())
                .filter(operation -> operation.certain() || operation.writes())
                .toList();
    }

    // --- revisions over all keys

    private record Written(Step step, Operation operation) {
        long revision() {
            return Objects.requireNonNull(step.revision());
        }

        /// Two that say the same of the same key: the later wrote nothing, and was told the revision of the
        /// earlier.
        boolean same(Written other) {
            return Content.of(step).equals(Content.of(other.step));
        }
    }

    private record Content(String key, @Nullable String value) {
        static Content of(Step step) {
            return new Content(step.key(), step.value());
        }
    }

    /// An update to what is there already writes nothing and is told the revision that is: for certain when it
    /// expected that one, perhaps when the same was written with an unknown outcome.
    private static boolean wroteSurely(Step step, Set<Content> unknown) {
        boolean maybeNothingNew = step.kind() == Kind.UPDATE
                && (Objects.equals(step.expect(), step.revision()) || unknown.contains(Content.of(step)));
        return step.kind().writes() && step.revision() != null && !maybeNothingNew;
    }

    /// Two writes with one revision, or a write with a lower one than another that had returned before it was
    /// asked for.
    private static @Nullable List<Operation> fallOfRevisions(List<Operation> history) {
        Set<Content> unknown = history.stream()
                .filter(operation -> !operation.certain())
                .flatMap(operation -> operation.steps().stream().map(Content::of))
                .collect(Collectors.toSet());
        Map<Long, Written> byRevision = new HashMap<>();
        for (Operation operation : byInvocation(history)) {
            for (Step step : operation.steps()) {
                if (wroteSurely(step, unknown)) {
                    var written = new Written(step, operation);
                    @Nullable Written other = byRevision.putIfAbsent(written.revision(), written);
                    if (other != null && !other.same(written)) {
                        return List.of(other.operation, operation);
                    }
                }
            }
        }
        var returning = new PriorityQueue<Written>(
                Comparator.comparingLong(written -> written.operation().returned()));
        @Nullable Written highest = null;
        for (Written written : byRevision.values().stream()
                .sorted(Comparator.comparingLong(each -> each.operation().invoked()))
                .toList()) {
            while (!returning.isEmpty()
                    && returning.element().operation().returned()
                            < written.operation().invoked()) {
                Written earlier = returning.remove();
                highest = highest == null || earlier.revision() > highest.revision() ? earlier : highest;
            }
            if (highest != null && written.revision() < highest.revision()) {
                return List.of(highest.operation, written.operation);
            }
            returning.add(written);
        }
        return null;
    }

    private static List<Operation> byInvocation(List<Operation> history) {
        Operation[] sorted = history.toArray(Operation[]::new);
        Arrays.sort(sorted, Comparator.comparingLong(Operation::invoked));
        return List.of(sorted);
    }
}
