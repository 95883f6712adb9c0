package dev.shiplog.store.journal;

import java.time.Duration;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/// The live sessions of a store, by writer. Immutable.
public final class Sessions {

    /// A session ends when its writer was silent for longer than this, in journal time. No copy of a record is
    /// under way for so long: one that came after its session had ended, and after a copy of its Open, would be
    /// accepted again.
    public static final Duration IDLE_MAX = Duration.ofDays(1);

    static final Sessions NONE = new Sessions(TreePMap.empty(), Long.MAX_VALUE);

    private final TreePMap<UUID, Session> byWriter;

    /// No session is older than this; it spares a look at each of them with each record.
    private final long oldestMillis;

    private Sessions(TreePMap<UUID, Session> byWriter, long oldestMillis) {
        this.byWriter = byWriter;
        this.oldestMillis = oldestMillis;
    }

    static Sessions of(SortedMap<UUID, Session> byWriter) {
        return new Sessions(TreePMap.from(byWriter), oldest(byWriter));
    }

    @Nullable
    Session get(UUID writer) {
        return byWriter.get(writer);
    }

    Sessions with(UUID writer, Session session) {
        return new Sessions(byWriter.plus(writer, session), Math.min(oldestMillis, session.lastMillis()));
    }

    /// Those that are not idle for too long at a journal time.
    Sessions liveAt(long timeMillis) {
        long bound = timeMillis - IDLE_MAX.toMillis();
        if (oldestMillis >= bound) {
            return this;
        }
        TreePMap<UUID, Session> live = byWriter;
        for (var entry : byWriter.entrySet()) {
            if (entry.getValue().lastMillis() < bound) {
                live = live.minus(entry.getKey());
            }
        }
        return new Sessions(live, oldest(live));
    }

    boolean allKnow(int rule) {
        return byWriter.values().stream().allMatch(session -> session.maxRule() >= rule);
    }

    /// Sorted by writer, so that equal sessions are written as equal bytes.
    public SortedMap<UUID, Session> byWriter() {
        return byWriter;
    }

    private static long oldest(SortedMap<UUID, Session> sessions) {
        return sessions.values().stream().mapToLong(Session::lastMillis).min().orElse(Long.MAX_VALUE);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sessions that && byWriter.equals(that.byWriter);
    }

    @Override
    public int hashCode() {
        return byWriter.hashCode();
    }

    @Override
    public String toString() {
        return byWriter.toString();
    }
}
