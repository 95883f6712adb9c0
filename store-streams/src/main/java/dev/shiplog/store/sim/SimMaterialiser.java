package dev.shiplog.store.sim;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.Rule;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import dev.shiplog.store.materialise.Fenced;
import dev.shiplog.store.materialise.MaterialiserCore;
import java.util.function.LongFunction;

/// One life of a materialiser. It may be fenced without knowing, and then go on for a while.
final class SimMaterialiser {
    private static final int PARTITIONS = 4;

    private final SimJournal journal;
    private final MaterialiserCore core;
    private State state = State.EMPTY;
    private boolean fenced;

    /// @param boot gives the state at a position
    SimMaterialiser(SimJournal journal, SimOutputs outputs, LongFunction<State> boot) {
        this.journal = journal;
        core = new MaterialiserCore(StoreName.MAIN, PARTITIONS, outputs.open());
        try {
            state = boot.apply(core.takeOver().position());
            core.load(state);
            core.audit(state, outputs.last());
        } catch (Fenced impossible) {
            throw new AssertionError("the newest is not fenced", impossible);
        }
    }

    boolean isFenced() {
        return fenced;
    }

    boolean isBehind() {
        return state.position() + 1 < journal.end();
    }

    void step(int records) throws RevisionGone {
        try {
            for (Journal.Stored stored : journal.read(state.position() + 1, records)) {
                if (Rule.apply(state, stored) instanceof Step.Next(State next, var applied)) {
                    core.accept(applied);
                    state = next;
                }
            }
        } catch (Fenced _) {
            fenced = true;
        }
    }

    void commit() {
        try {
            core.commit();
        } catch (Fenced _) {
            fenced = true;
        }
    }
}
