package dev.shiplog.store.sim;

import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Result;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.TransactionDraft;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A controller in small: it keeps a shadow of every object in another namespace. Several own the same tenure
/// in turn, and one that lost it does not know.
///
/// It claims the tenure, acts once its own view shows the claim, decides by a pure function of a snapshot, and
/// has one request in flight.
final class SimOwner {
    static final String COMPONENT = "owner";
    static final String SOURCE = "default";
    static final String SHADOW = "shadow";
    private static final Key TENURE = Keys.tenure("sim", 0);
    private static final int ITEMS_MAX = 5;

    private long tenureRevision;
    private @Nullable Ask claiming;
    private @Nullable Ask acting;

    /// What to change, and what must hold for it.
    record Decision(List<Guard> guards, List<Mutation> mutations) {}

    /// Whether an owner decided this, and not merely claimed its tenure.
    static boolean isItsOwn(Transaction transaction) {
        return transaction.origin().component().equals(COMPONENT)
                && transaction.mutations().stream()
                        .noneMatch(mutation -> mutation.key().equals(TENURE));
    }

    static List<Guard> withoutSchemas(List<Guard> guards) {
        return guards.stream()
                .filter(guard -> !guard.key().equals(SimValues.SCHEMA_KEY))
                .toList();
    }

    /// The next request of whoever holds the tenure, or null when all is as it should be.
    static @Nullable Decision decide(Snapshot at, Key tenure, long tenureRevision) {
        List<Guard> guards = new ArrayList<>();
        List<Mutation> mutations = new ArrayList<>();
        guards.add(new Guard(tenure, Condition.AT, tenureRevision));
        for (Entry source : at.list("", "configmaps", SOURCE)) {
            Key key = SimValues.key(SHADOW, source.key().name());
            Entry shadow = at.get(key);
            String content = "shadow of " + source.revision();
            if (mutations.size() < ITEMS_MAX
                    && (shadow == null || !Arrays.equals(shadow.value(), SimValues.value(key, content)))) {
                guards.add(new Guard(source.key(), Condition.AT, source.revision()));
                mutations.add(SimValues.put(key, shadow == null ? 0 : shadow.revision(), content));
            }
        }
        for (Entry shadow : at.list("", "configmaps", SHADOW)) {
            Key source = SimValues.key(SOURCE, shadow.key().name());
            if (mutations.size() < ITEMS_MAX && at.get(source) == null) {
                guards.add(new Guard(source, Condition.ABSENT, 0));
                mutations.add(SimValues.delete(shadow.key(), shadow.revision()));
            }
        }
        return mutations.isEmpty() ? null : new Decision(guards, mutations);
    }

    /// When nothing is left to do, every object has its shadow and no shadow is left over. It is told from the objects
    /// alone: what [#decide] overlooks, this does not.
    static void checkDone(Snapshot at, Checks checks) {
        Set<String> names = new HashSet<>();
        for (Entry source : at.list("", "configmaps", SOURCE)) {
            names.add(source.key().name());
            Key key = SimValues.key(SHADOW, source.key().name());
            Entry shadow = at.get(key);
            checks.that(
                    shadow != null
                            && Arrays.equals(shadow.value(), SimValues.value(key, "shadow of " + source.revision())),
                    "at rest the shadow of %s is %s",
                    source,
                    shadow);
        }
        for (Entry shadow : at.list("", "configmaps", SHADOW)) {
            checks.that(names.contains(shadow.key().name()), "at rest %s is the shadow of nothing", shadow);
        }
    }

    /// Takes the tenure away from whoever has it.
    void usurp() {
        tenureRevision = 0;
    }

    /// Whether its own instance shows that another has taken the tenure from it.
    boolean isDeposed(SimInstance instance) {
        Entry tenure = instance.snapshot().get(TENURE);
        return tenureRevision > 0 && tenure != null && tenure.revision() > tenureRevision;
    }

    /// The process it ran in is gone, with all it knew.
    void crash() {
        tenureRevision = 0;
        claiming = null;
        acting = null;
    }

    /// Whether there was anything left to do.
    boolean act(SimInstance instance, UUID id) {
        Snapshot snapshot = instance.snapshot();
        if (tenureRevision == 0) {
            return claim(instance, snapshot, id);
        }
        Entry tenure = snapshot.get(TENURE);
        if (tenure == null || tenure.revision() < tenureRevision) {
            return true;
        }
        if (isDeposed(instance)) {
            return false;
        }
        Ask asked = acting;
        if (asked != null) {
            if (asked.pending().result() == null) {
                return true;
            }
            acting = null;
        }
        Decision decision = decide(snapshot, TENURE, tenureRevision);
        if (decision == null) {
            return false;
        }
        acting = instance.append(new TransactionDraft(
                id,
                SimValues.origin(COMPONENT, snapshot.time(), snapshot.revision()),
                decision.guards(),
                decision.mutations()));
        return true;
    }

    private boolean claim(SimInstance instance, Snapshot snapshot, UUID id) {
        Ask asked = claiming;
        if (asked == null) {
            Entry tenure = snapshot.get(TENURE);
            claiming = instance.append(new TransactionDraft(
                    id,
                    SimValues.origin(COMPONENT, snapshot.time(), null),
                    List.of(),
                    List.of(SimValues.putInternal(TENURE, tenure == null ? 0 : tenure.revision(), id.toString()))));
            return true;
        }
        Result result = asked.pending().result();
        if (result != null) {
            claiming = null;
            tenureRevision = result instanceof Result.Committed committed ? committed.to() : 0;
        }
        return true;
    }
}
