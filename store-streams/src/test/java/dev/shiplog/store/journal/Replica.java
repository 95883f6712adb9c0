package dev.shiplog.store.journal;

import dev.shiplog.journal.Body;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A state that records are given to one by one, by a writer that numbers them.
public final class Replica {
    private State state = State.EMPTY;
    private final List<Journal.Stored> journal = new ArrayList<>();
    private long sequence;
    private long millis = 1_000;

    public static Replica opened() {
        var replica = new Replica();
        replica.given(Sample.open());
        return replica;
    }

    public Outcome given(Body body) {
        return given(Sample.WRITER, ++sequence, body).outcome();
    }

    Applied given(UUID writer, long number, Body body) {
        return given(Sample.bytes(writer, number, body));
    }

    Applied given(byte[] bytes) {
        var stored = new Journal.Stored(state.position() + 1, millis, bytes);
        journal.add(stored);
        Step.Next next = (Step.Next) Rule.apply(state, stored);
        state = next.state();
        return next.applied();
    }

    void stampNext(long stampMillis) {
        millis = stampMillis;
    }

    public State state() {
        return state;
    }

    public List<Journal.Stored> journal() {
        return journal;
    }

    long lastSequence() {
        return sequence;
    }
}
