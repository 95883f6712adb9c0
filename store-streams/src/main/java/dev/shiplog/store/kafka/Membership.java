package dev.shiplog.store.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a process is a member of a consumer group, which decides who of its members does what.
///
/// @param instance stable over restarts of the same process on the same DATA and different for any other: a
///     restart takes its place back at once. Null: it waits until its predecessor's session has ended
/// @param session after which another member takes over from one that died; the broker has a minimum
public record Membership(@Nullable String instance, Duration session) {
    /// With the embedded broker, whose minimum is lower.
    public static final Duration SESSION_EMBEDDED = Duration.ofMillis(1_500);

    /// What any broker accepts without being told to. Also for a process that has the broker: with it, what it
    /// would be taken over from ends as well, and heartbeats are much of what an idle cluster does.
    public static final Duration SESSION_ANY = Duration.ofSeconds(6);

    private static final Duration SESSION_MIN = Duration.ofMillis(500);
    private static final int HEARTBEATS_PER_SESSION = 3;

    /// A member looks this often whether it is time for a heartbeat, for as long as it lives; more than twice as
    /// often by default.
    private static final String LOOK_EVERY_MILLIS = "250";

    public Membership {
        if (session.compareTo(SESSION_MIN) < 0) {
            throw new IllegalArgumentException(
                    "the session time-out is %s, must be at least %s".formatted(session, SESSION_MIN));
        }
        if (instance != null && instance.isBlank()) {
            throw new IllegalArgumentException("the instance has no name");
        }
    }

    /// The settings of a consumer that is such a member.
    public Map<String, String> settings() {
        Map<String, String> all = new HashMap<>();
        all.put("session.timeout.ms", Long.toString(session.toMillis()));
        all.put("heartbeat.interval.ms", Long.toString(session.toMillis() / HEARTBEATS_PER_SESSION));
        all.put("retry.backoff.ms", LOOK_EVERY_MILLIS);
        if (instance != null) {
            all.put("group.instance.id", instance.replaceAll("[^a-zA-Z0-9._-]", "_"));
        }
        return all;
    }
}
