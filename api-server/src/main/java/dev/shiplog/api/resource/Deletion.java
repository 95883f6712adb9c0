package dev.shiplog.api.resource;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.admission.Circumstances;
import dev.shiplog.api.admission.Draft;
import dev.shiplog.api.admission.KindRules;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a delete does to an object: ends it at once, or marks it as ending until its finalizers and its grace period
/// are through.
final class Deletion {
    static final String FOREGROUND = "foregroundDeletion";
    static final String ORPHAN = "orphan";
    private static final Instant LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z");

    private Deletion() {}

    /// The object as a delete leaves it, or null when it leaves nothing.
    static @Nullable ApiObject begin(
            ApiObject object, DeleteOptions options, KindRules rules, Draft draft, Circumstances circumstances) {
        ObjectMeta meta = object.meta();
        List<String> finalizers = finalizers(meta.finalizers(), options);
        long grace = rules.gracePeriodSeconds(object, options.gracePeriodSeconds());
        Long pending = meta.deletionGracePeriodSeconds();
        if (pending != null) {
            // a later delete can only shorten the wait
            grace = Math.min(grace, pending);
        }
        if (finalizers.isEmpty() && grace == 0 && !rules.heldBack(object)) {
            return null;
        }
        ObjectMeta.Builder changed = meta.toBuilder().finalizers(finalizers);
        boolean first = meta.deletionTimestamp() == null;
        if (first || (pending != null && grace < pending)) {
            changed.deletionTimestamp(later(circumstances.second(), grace)).deletionGracePeriodSeconds(grace);
        }
        if (first && meta.generation() > 0) {
            changed.generation(meta.generation() + 1);
        }
        ApiObject ending = object.withMeta(changed.build());
        return first ? rules.terminating(ending, draft) : ending;
    }

    /// A moment so many seconds later, but none that RFC 3339 cannot write.
    private static Instant later(Instant now, long seconds) {
        return seconds < Duration.between(now, LAST_SECOND).toSeconds() ? now.plusSeconds(seconds) : LAST_SECOND;
    }

    /// Whether nothing keeps an object any more whose deletion has begun.
    static boolean over(ApiObject object, KindRules rules) {
        ObjectMeta meta = object.meta();
        Long grace = meta.deletionGracePeriodSeconds();
        return meta.deletionTimestamp() != null
                && meta.finalizers().isEmpty()
                && (grace == null || grace == 0)
                && !rules.heldBack(object);
    }

    private static List<String> finalizers(List<String> present, DeleteOptions options) {
        String wanted = policy(options);
        if (wanted == null) {
            return present;
        }
        var finalizers = new ArrayList<>(present);
        keep(finalizers, ORPHAN, wanted.equals("Orphan"));
        keep(finalizers, FOREGROUND, wanted.equals("Foreground"));
        return finalizers;
    }

    private static @Nullable String policy(DeleteOptions options) {
        Boolean orphan = options.orphanDependents();
        if (orphan != null) {
            return orphan ? "Orphan" : "Background";
        }
        return options.propagationPolicy();
    }

    private static void keep(List<String> finalizers, String name, boolean wanted) {
        if (!wanted) {
            finalizers.remove(name);
        } else if (!finalizers.contains(name)) {
            finalizers.add(name);
        }
    }
}
