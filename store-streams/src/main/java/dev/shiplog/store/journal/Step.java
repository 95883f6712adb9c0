package dev.shiplog.store.journal;

import dev.shiplog.store.Applied;

/// What [Rule] says about one record.
public sealed interface Step {

    /// The record was judged, and this is the state after it.
    record Next(State state, Applied applied) implements Step {}

    /// The record follows a rule that this program does not know. A newer program must go on from here.
    record Stop(int ruleNeeded) implements Step {}
}
