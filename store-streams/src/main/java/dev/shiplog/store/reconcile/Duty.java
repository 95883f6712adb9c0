package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Request;
import java.time.Instant;
import java.util.List;

/// What a host drives, on one thread: it is told of changes and answers in order, and says what to send. No clock, no
/// Kafka: a test can step it.
public interface Duty {

    /// What the tables hold at the start, each row as a change from nothing: all of it is to be looked at once.
    void begin(List<Changed> everything, Tables tables);

    /// A change that the tables already show, including those of internal keys.
    void changed(Changed changed, Tables tables);

    void answered(Answer answer, Instant now);

    /// What to send now. Called after changes and from time to time.
    List<Request> step(Instant now, Tables tables);

    /// Whether another step at the same time would find more to do.
    boolean pressing();

    /// Whether this host's work is its own to do: its tenure is seen to be claimed.
    boolean ready();
}
