package dev.shiplog.store.journal;

import dev.shiplog.journal.Identity;
import dev.shiplog.journal.Key;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The state of one store just after one journal record. Immutable: [Rule] makes the next from it, and whoever
/// holds one has a snapshot for free.
public final class State implements Snapshot {

    /// The state before the first record.
    public static final State EMPTY =
            new State(Tables.EMPTY, Sessions.NONE, -1, 0, 0, Rule.OLDEST, StateHash.EMPTY, null);

    private final Tables tables;
    private final Sessions sessions;
    private final long position;
    private final long revision;
    private final long timeMillis;
    private final int rule;
    private final StateHash hash;

    /// The journal's name for itself. The rule judges nothing by it.
    private final @Nullable Identity identity;

    private State(
            Tables tables,
            Sessions sessions,
            long position,
            long revision,
            long timeMillis,
            int rule,
            StateHash hash,
            @Nullable Identity identity) {
        this.tables = tables;
        this.sessions = sessions;
        this.position = position;
        this.revision = revision;
        this.timeMillis = timeMillis;
        this.rule = rule;
        this.hash = hash;
        this.identity = identity;
    }

    /// A state without entries that stands where another stood; entries are [loaded][#loaded] into it.
    public static State restored(
            SortedMap<UUID, Session> sessions,
            long position,
            long revision,
            long timeMillis,
            int rule,
            @Nullable Identity identity) {
        return new State(
                Tables.EMPTY, Sessions.of(sessions), position, revision, timeMillis, rule, StateHash.EMPTY, identity);
    }

    /// With an entry whose key is new, as it was when it was written.
    public State loaded(Entry entry) {
        return replacing(null, entry, revision);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Instant time() {
        return Instant.ofEpochMilli(timeMillis);
    }

    public long timeMillis() {
        return timeMillis;
    }

    public int rule() {
        return rule;
    }

    public Sessions sessions() {
        return sessions;
    }

    public @Nullable Identity identity() {
        return identity;
    }

    public StateHash stateHash() {
        return hash;
    }

    @Override
    public @Nullable Entry get(Key key) {
        return tables.of(key.group(), key.resource()).get(key);
    }

    /// 0 when absent.
    long revisionOf(Key key) {
        Entry entry = get(key);
        return entry == null ? 0 : entry.revision();
    }

    /// An equal key made of the strings that are held already.
    Key sharing(Key key) {
        return tables.sharing(key);
    }

    @Override
    public Iterable<Entry> list(String group, String resource, String namespace, @Nullable Key after) {
        return () -> tables.list(group, resource, namespace, after);
    }

    @Override
    public long count(String group, String resource) {
        return tables.of(group, resource).size();
    }

    /// How many entries there are in all.
    public long size() {
        return tables.size();
    }

    /// How many bytes the values have together.
    public long bytes() {
        long bytes = 0;
        for (Entry entry : all()) {
            bytes += entry.value().length;
        }
        return bytes;
    }

    /// How many objects there are of each resource of the API, by `resource` or `resource.group`.
    public Map<String, Long> countsByResource() {
        return tables.countsByResource();
    }

    @Override
    public Iterable<Entry> all() {
        return tables::all;
    }

    @Override
    public String hash() {
        return hash.toString();
    }

    /// At the next record, whose stamp may lie behind: journal time never falls.
    State at(long nextPosition, long stampMillis) {
        long time = Math.max(timeMillis, stampMillis);
        return new State(tables, sessions.liveAt(time), nextPosition, revision, time, rule, hash, identity);
    }

    State withSession(UUID writer, Session session) {
        return new State(tables, sessions.with(writer, session), position, revision, timeMillis, rule, hash, identity);
    }

    State withRule(int activated) {
        return new State(tables, sessions, position, revision, timeMillis, activated, hash, identity);
    }

    State withRevision(long raised) {
        return new State(tables, sessions, position, raised, timeMillis, rule, hash, identity);
    }

    State withIdentity(Identity named) {
        return new State(tables, sessions, position, revision, timeMillis, rule, hash, named);
    }

    /// With one entry in the place of another of the same key, at a revision. Either may be absent, not both.
    State replacing(@Nullable Entry before, @Nullable Entry now, long atRevision) {
        Key key = now != null ? now.key() : Objects.requireNonNull(before).key();
        EntryTree entries = tables.of(key.group(), key.resource());
        EntryTree changed;
        if (now == null) {
            changed = entries.remove(key);
        } else {
            changed = before == null ? entries.add(now) : entries.replace(now);
        }
        StateHash rest = before == null ? hash : hash.minus(before);
        return new State(
                tables.with(key.group(), key.resource(), changed),
                sessions,
                position,
                atRevision,
                timeMillis,
                rule,
                now == null ? rest : rest.plus(now),
                identity);
    }

    /// The objects as they were before a change that this state includes.
    State undoing(Change change) {
        Entry present = change.now();
        Entry past = change.before();
        return replacing(present, past, change.revision() - 1);
    }

    /// The same objects, said to stand elsewhere in history.
    State standingAt(long itsPosition, long itsRevision, long itsTimeMillis) {
        return new State(tables, sessions, itsPosition, itsRevision, itsTimeMillis, rule, hash, identity);
    }

    @Override
    public String toString() {
        return "State[position %d, revision %d, %d entries, hash %s]".formatted(position, revision, size(), hash);
    }
}
