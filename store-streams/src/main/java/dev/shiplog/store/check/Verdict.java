package dev.shiplog.store.check;

import java.util.List;

/// What a check of a history comes to.
public sealed interface Verdict {
    /// There is an order that explains it.
    record Linearizable(int operations, int keys) implements Verdict {}

    /// There is none.
    ///
    /// @param counterexample in the order of time; nothing explains the answer of the last
    record Broken(List<Operation> counterexample) implements Verdict {
        public Broken {
            counterexample = List.copyOf(counterexample);
        }
    }
}
