package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The right to act for a controller's shard: held once the own table shows the own claim as the key's last change.
/// All requests are guarded by its revision, so the rule refuses a predecessor that has not noticed.
public final class Tenure {
    /// How long an unanswered claim waits before it is sent again.
    static final Duration CLAIM_AGAIN = Duration.ofSeconds(3);

    /// How long after a claim that was not let through.
    static final Duration CLAIM_SOON = Duration.ofMillis(100);

    /// How long one that was displaced lets its successor work before it claims again, if it is still running then.
    static final Duration STAND_BACK = Duration.ofSeconds(10);

    private static final int CLAIMS_MAX = 1_000;

    private final Envelope envelope;
    private final Key key;
    private final Set<UUID> claims = new HashSet<>();
    private @Nullable Request pending;
    private Instant notBefore = Instant.MIN;
    private boolean held;
    private boolean displaced;
    private long revision;

    public Tenure(Envelope envelope) {
        this.envelope = envelope;
        this.key = envelope.tenure();
    }

    /// The claim to send now, if one is due.
    public @Nullable Request claim(Instant now) {
        if (held) {
            return null;
        }
        if (displaced) {
            displaced = false;
            notBefore = now.plus(STAND_BACK);
        }
        if (now.isBefore(notBefore)) {
            return null;
        }
        notBefore = now.plus(CLAIM_AGAIN);
        if (pending == null) {
            var item =
                    Item.builder().operation(ItemOperation.UPDATE).target(key).build();
            pending = envelope.claim(item, now);
            if (claims.size() >= CLAIMS_MAX) {
                claims.clear();
            }
            claims.add(pending.id());
        }
        return pending;
    }

    /// An answer to any request. A claim that was not let through is made anew soon.
    public void answered(Answer answer, Instant now) {
        if (pending != null && pending.id().equals(answer.request()) && !(answer instanceof Answer.Accepted)) {
            pending = null;
            notBefore = now.plus(CLAIM_SOON);
        }
    }

    /// A change of the key, by whomever. True when it is another's that displaced ours.
    public boolean seen(Changed change) {
        if (!change.key().equals(key) || change.revision() <= revision) {
            return false;
        }
        boolean lost = held;
        revision = change.revision();
        held = claims.contains(change.transaction());
        pending = null;
        displaced = lost && !held;
        return displaced;
    }

    public boolean held() {
        return held;
    }

    /// What requests are guarded by.
    public long revision() {
        return revision;
    }
}
