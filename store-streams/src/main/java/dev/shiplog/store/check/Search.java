package dev.shiplog.store.check;

import dev.shiplog.store.check.Operation.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks for an order of operations that explains what each of them heard: Wing and Gong's search with Lowe's
/// memory of where it has been (Lowe, "Testing for linearizability", 2017).
///
/// An operation may take effect at any time between its invocation and its return; one without a known outcome
/// at any time after its invocation, or never.
final class Search {
    /// An invocation or a return, in the order of time; a doubly linked list, from which what took effect is
    /// taken out.
    private static final class Event {
        final int operation;
        final boolean returns;

        @Nullable
        Event before;

        @Nullable
        Event after;

        /// The return that belongs to an invocation.
        @Nullable
        Event end;

        Event(int operation, boolean returns) {
            this.operation = operation;
            this.returns = returns;
        }

        void unlink() {
            link(before, after);
        }

        void relink() {
            if (before != null) {
                before.after = this;
            }
            if (after != null) {
                after.before = this;
            }
        }
    }

    private record Moment(long time, Event event) {}

    private record Been(BitSet done, Map<String, Cell> state) {}

    private record Taken(Event invocation, Map<String, Cell> stateBefore) {}

    private final List<Operation> operations;
    private final Event head = new Event(-1, false);

    private Search(List<Operation> operations) {
        this.operations = operations;
        var moments = new ArrayList<Moment>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            var begin = new Event(i, false);
            moments.add(new Moment(operation.invoked(), begin));
            if (operation.certain()) {
                begin.end = new Event(i, true);
                moments.add(new Moment(operation.returned(), begin.end));
            }
        }
        // What ends when another begins may have overlapped with it.
        moments.sort(Comparator.comparingLong(Moment::time).thenComparing(moment -> moment.event.returns));
        Event last = head;
        for (Moment moment : moments) {
            link(last, moment.event);
            last = moment.event;
        }
    }

    private static void link(@Nullable Event first, @Nullable Event second) {
        if (first != null) {
            first.after = second;
        }
        if (second != null) {
            second.before = first;
        }
    }

    /// Whether there is such an order.
    static boolean explains(List<Operation> operations) {
        return new Search(operations).run();
    }

    private boolean run() {
        Map<String, Cell> state = Map.of();
        var done = new BitSet(operations.size());
        Set<Been> been = new HashSet<>();
        var taken = new ArrayDeque<Taken>();
        int certain = (int) operations.stream().filter(Operation::certain).count();
        @Nullable Event at = head.after;
        while (certain > 0) {
            @Nullable
            Map<String, Cell> next = at == null || at.returns ? null : after(state, operations.get(at.operation));
            if (at != null && !at.returns) {
                done.set(at.operation);
                if (next != null && been.add(new Been((BitSet) done.clone(), next))) {
                    taken.push(new Taken(at, state));
                    certain -= take(at);
                    state = next;
                    at = head.after;
                } else {
                    done.clear(at.operation);
                    at = at.after;
                }
            } else {
                // A return of what has not taken effect yet, or the end: what was tried last was wrong.
                @Nullable Taken last = taken.poll();
                if (last == null) {
                    return false;
                }
                state = last.stateBefore;
                done.clear(last.invocation.operation);
                certain += giveBack(last.invocation);
                at = last.invocation.after;
            }
        }
        return true;
    }

    private static int take(Event invocation) {
        invocation.unlink();
        if (invocation.end == null) {
            return 0;
        }
        invocation.end.unlink();
        return 1;
    }

    private static int giveBack(Event invocation) {
        int known = 0;
        if (invocation.end != null) {
            invocation.end.relink();
            known = 1;
        }
        invocation.relink();
        return known;
    }

    /// The state after an operation, or null when it could not have been answered so.
    private static @Nullable Map<String, Cell> after(Map<String, Cell> state, Operation operation) {
        var next = new HashMap<>(state);
        for (Step step : operation.steps()) {
            @Nullable Cell cell = state.getOrDefault(step.key(), Cell.ABSENT).after(step);
            if (cell == null) {
                return null;
            }
            next.put(step.key(), cell);
        }
        return next;
    }
}
