package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a reconciler wants: changes, of one store only, to be made in one transaction, and Events to tell about them
/// once they are made.
///
/// @param cut whether a beginning of the items makes sense without the rest
/// @param requeueAfter when to look again although nothing changed
/// @param reason why, in a few words, for the origin
public record Decision(
        List<Item> items,
        Cut cut,
        List<Guard> guards,
        List<Note> notes,
        @Nullable Duration requeueAfter,
        String reason) {

    /// How many items a decision may have; a longer one is cut, or a mistake.
    public static final int ITEMS_MAX = 1_000;

    /// Whether the items may be sent in part, from the first on.
    public enum Cut {
        WHOLE,
        PREFIX
    }

    public Decision {
        items = List.copyOf(items);
        guards = List.copyOf(guards);
        notes = List.copyOf(notes);
    }

    private static final Decision NONE = new Decision(List.of(), Cut.WHOLE, List.of(), List.of(), null, "");

    /// All is as it should be.
    public static Decision none() {
        return NONE;
    }

    /// Nothing to do now; look again later.
    public static Decision later(@Nullable Duration requeueAfter) {
        return requeueAfter == null ? NONE : NONE.again(requeueAfter);
    }

    public static Decision of(String reason, List<Item> items) {
        return new Decision(items, Cut.WHOLE, List.of(), List.of(), null, reason);
    }

    public static Decision prefixOf(String reason, List<Item> items) {
        return new Decision(items, Cut.PREFIX, List.of(), List.of(), null, reason);
    }

    public Decision noting(List<Note> more) {
        return new Decision(items, cut, guards, more, requeueAfter, reason);
    }

    public Decision guarded(List<Guard> more) {
        return new Decision(items, cut, more, notes, requeueAfter, reason);
    }

    /// Looks again after a time, or sooner if it was already to be.
    public Decision again(@Nullable Duration after) {
        Duration sooner =
                requeueAfter == null || (after != null && after.compareTo(requeueAfter) < 0) ? after : requeueAfter;
        return new Decision(items, cut, guards, notes, sooner, reason);
    }
}
