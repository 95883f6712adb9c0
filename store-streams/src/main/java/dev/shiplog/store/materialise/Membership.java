package dev.shiplog.store.materialise;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a process competes for the outputs of a store.
///
/// @param instance stable over restarts of the same process on the same DATA and different for any other: a
/// restart     takes its place back at once. Null: it waits until its predecessor's session has ended
/// @param session after which another process takes over from one that died
public record Membership(@Nullable String instance, Duration session) {
    /// Of a process that nobody knows by name.
    static final Membership NAMELESS = new Membership(null, Duration.ofSeconds(2));

    private static final int HEARTBEATS_PER_SESSION = 4;

    public Membership {
        if (session.toMillis() < HEARTBEATS_PER_SESSION) {
            throw new IllegalArgumentException("a session of " + session + " is too short");
        }
    }

    Duration heartbeat() {
        return session.dividedBy(HEARTBEATS_PER_SESSION);
    }
}
