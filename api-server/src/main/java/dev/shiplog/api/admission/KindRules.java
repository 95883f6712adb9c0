package dev.shiplog.api.admission;

import java.util.Set;

/// What is special about writing one kind, beyond what its schema says. Most kinds have nothing special.
public interface KindRules {
    /// A kind with nothing special.
    KindRules PLAIN = new KindRules() {};

    /// Whether a PUT of an object that is absent creates it.
    default boolean createdByUpdate() {
        return false;
    }

    /// Whether an update must name the revision that it replaces.
    default boolean updateNeedsRevision() {
        return false;
    }

    /// Whether `metadata.generation` counts the changes of the specification. True by default for a kind that has both
    /// a specification and a status.
    default boolean countsGenerations(ApiObject object) {
        return object.has("spec") && object.has("status");
    }

    /// Whether a client may give the status on creation.
    default boolean statusOnCreate() {
        return false;
    }

    /// Changes a new object before defaulting, after the system's own metadata are in place.
    default ApiObject created(ApiObject object, Circumstances circumstances) {
        return object;
    }

    /// Changes an updated object before defaulting, after what the subresource must not change was put back.
    default ApiObject updated(ApiObject old, ApiObject object, String subresource, Circumstances circumstances) {
        return object;
    }

    /// How long a deletion waits for a confirmation, in seconds; 0 = not at all.
    ///
    /// @param wanted what the client asked for, or null
    default long gracePeriodSeconds(ApiObject object, @org.jspecify.annotations.Nullable Long wanted) {
        return 0;
    }

    /// Changes an object when its deletion begins.
    default ApiObject terminating(ApiObject object, Draft draft) {
        return object;
    }

    /// Whether something besides `metadata.finalizers` keeps an object that is being deleted.
    default boolean heldBack(ApiObject object) {
        return false;
    }

    /// Names of objects that can never be deleted.
    default Set<String> undeletable() {
        return Set.of();
    }
}
