package dev.shiplog.store.journal;

import static dev.shiplog.store.Invariant.invariant;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Outcome.Accepted;
import dev.shiplog.store.Outcome.Reason;
import dev.shiplog.store.Outcome.Rejected;
import dev.shiplog.store.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The protocol of one writer: it opens a session, numbers what it sends, and settles what became of each
/// record.
///
/// A record is answered when the own follower has applied it and the journal has acknowledged it. When a send
/// fails, its outcome is unknown: the record is never sent again, nothing new is sent, and a Noop with the next
/// sequence number goes after it, again and again until one succeeds. Once the follower has applied that Noop,
/// every record before it either was applied too, or is void for ever because its sequence has been overtaken.
///
/// Everything here runs under the owner's lock, except the way of a record that fares well.
final class AppendSession {

    /// The appender that this session sends for.
    interface Owner {
        void locked(Runnable task);

        void opened(AppendSession session);

        void openFailed(AppendSession session, String reason);

        /// The state machine does not know this session any more. What it rejected for that reason may be sent
        /// in another.
        void ended(AppendSession session);

        void again(Pending pending);

        void later(Runnable task);
    }

    private enum Phase {
        OPENING,
        OPEN,
        ENDED
    }

    private enum Kind {
        OPEN,
        PROBE,
        DATA
    }

    private final UUID writer;
    private final Journal.Writer journal;
    private final Owner owner;
    private final Envelope noop;
    private final AppendMeter meter;
    private final Map<Long, Sending> unapplied = new ConcurrentHashMap<>();
    private final List<Sending> doubtful = new ArrayList<>();
    private Phase phase = Phase.OPENING;
    private long lastSequence;
    private boolean probing;

    AppendSession(UUID writer, Journal.Writer journal, Owner owner, Envelope noop, AppendMeter meter) {
        this.writer = writer;
        this.journal = journal;
        this.owner = owner;
        this.noop = noop;
        this.meter = meter;
    }

    UUID writer() {
        return writer;
    }

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    boolean inDoubt() {
        return !doubtful.isEmpty();
    }

    /// Nothing more will be heard of it.
    boolean isSpent() {
        return phase == Phase.ENDED && unapplied.isEmpty() && doubtful.isEmpty();
    }

    void open(Envelope open) {
        transmit(Kind.OPEN, open, null);
    }

    void send(Pending pending) {
        invariant(phase == Phase.OPEN && doubtful.isEmpty(), "a session sends only when it is open and sure");
        transmit(Kind.DATA, pending.envelope(), pending);
    }

    private void transmit(Kind kind, Envelope envelope, @Nullable Pending pending) {
        var sending = new Sending(kind, ++lastSequence, pending);
        unapplied.put(sending.sequence, sending);
        journal.send(envelope.addressed(writer, sending.sequence), sending);
    }

    /// The own follower has applied a record of this writer. A second copy of one finds nobody who waits for it.
    void applied(long sequence, Applied applied) {
        Sending sending = unapplied.remove(sequence);
        if (sending != null) {
            sending.applied(applied);
        }
    }

    private void probe() {
        probing = true;
        transmit(Kind.PROBE, noop, null);
    }

    private void probeFailed() {
        if (probing && phase == Phase.OPEN) {
            owner.later(() -> owner.locked(() -> {
                if (probing && phase == Phase.OPEN) {
                    probe();
                }
            }));
        }
    }

    /// Nothing before this sequence number can be applied any more that was not.
    private void settleBefore(long sequence) {
        doubtful.removeIf(sending -> {
            if (sending.sequence < sequence) {
                sending.settle();
            }
            return sending.sequence < sequence;
        });
        unapplied.values().removeIf(sending -> {
            if (sending.sequence < sequence) {
                sending.settle();
            }
            return sending.sequence < sequence;
        });
        probing = !doubtful.isEmpty();
    }

    private void end(Sending rejected) {
        if (phase != Phase.ENDED) {
            phase = Phase.ENDED;
            owner.ended(this);
        }
        settleBefore(rejected.sequence);
        Pending pending = rejected.release();
        if (pending != null) {
            owner.again(pending);
        }
    }

    /// Nobody will hear more of what is still on its way.
    void abandon() {
        phase = Phase.ENDED;
        var unknown = new Result.Unknown("this instance is closing");
        doubtful.forEach(sending -> sending.answer(unknown));
        unapplied.values().forEach(sending -> sending.answer(unknown));
    }

    /// One record on its way.
    private final class Sending implements Journal.Acknowledgement {
        private final Kind kind;
        private final long sequence;
        private final long sentNanos = System.nanoTime();

        /// Who waits for it; null when nobody does, or not for this sending any more.
        private @Nullable Pending pending;

        private volatile @Nullable Applied applied;
        private volatile boolean acknowledged;

        Sending(Kind kind, long sequence, @Nullable Pending pending) {
            this.kind = kind;
            this.sequence = sequence;
            this.pending = pending;
        }

        @Override
        public void acknowledged(long offset, long stampMillis) {
            acknowledged = true;
            meter.committed(System.nanoTime() - sentNanos);
            answerWhenSure();
        }

        void applied(Applied outcome) {
            if (outcome.outcome() instanceof Rejected rejected && rejected.reason() == Reason.SESSION) {
                owner.locked(() -> end(this));
            } else if (kind == Kind.OPEN) {
                owner.locked(this::opened);
            } else {
                applied = outcome;
                answerWhenSure();
            }
        }

        private void opened() {
            if (phase == Phase.OPENING) {
                phase = Phase.OPEN;
                owner.opened(AppendSession.this);
            }
        }

        /// Two threads may find both halves there; to be answered twice does no harm.
        private void answerWhenSure() {
            if (!acknowledged || applied == null) {
                return;
            }
            if (kind == Kind.DATA) {
                settle();
            } else if (kind == Kind.PROBE) {
                owner.locked(() -> settleBefore(sequence));
            }
        }

        @Override
        public void failed(Exception cause) {
            owner.locked(() -> {
                switch (kind) {
                    case OPEN -> openFailed(cause);
                    case PROBE -> probeFailed();
                    case DATA -> doubt();
                }
            });
        }

        private void openFailed(Exception cause) {
            if (phase == Phase.OPENING) {
                phase = Phase.ENDED;
                unapplied.remove(sequence);
                owner.openFailed(AppendSession.this, "the journal does not answer: " + cause.getMessage());
            }
        }

        private void doubt() {
            if (pending == null || pending.result() != null) {
                return;
            }
            if (phase == Phase.ENDED) {
                unapplied.remove(sequence);
                settle();
                return;
            }
            doubtful.add(this);
            if (!probing) {
                probe();
            }
        }

        /// Answers with what the follower saw, or that the record is void.
        private void settle() {
            Applied seen = applied;
            answer(seen == null ? new Result.Unavailable("the journal did not take it") : result(seen));
        }

        /// What becomes of this sending is of no interest any more: its append goes on elsewhere.
        @Nullable
        Pending release() {
            Pending released = pending;
            pending = null;
            return released;
        }

        private void answer(Result result) {
            if (pending != null) {
                pending.answer(result);
            }
        }
    }

    private static Result result(Applied applied) {
        return switch (applied.outcome()) {
            case Accepted(long from, long to) -> new Result.Committed(from, to, applied.position(), applied.stamp());
            case Rejected rejected -> {
                Key key = rejected.key();
                yield key == null
                        ? new Result.Unavailable("the journal took it as " + rejected.reason())
                        : new Result.Conflict(key, rejected.revision(), applied.position());
            }
        };
    }
}
