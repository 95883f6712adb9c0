package dev.shiplog.controllers.workload;

import dev.shiplog.journal.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The sizes that a Deployment wants its ReplicaSets to have, worked out step by step on one cut of the tables.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/deployment, "Rolling Update Deployment" and "Proportional
/// scaling".
final class Scaling {
    private final Bounds bounds;
    private final Map<Key, SetState> sets = new LinkedHashMap<>();
    private final Map<Key, Integer> sizes = new LinkedHashMap<>();

    Scaling(Bounds bounds, Collection<SetState> sets) {
        this.bounds = bounds;
        for (SetState set : sets) {
            this.sets.put(set.row().key(), set);
            sizes.put(set.row().key(), set.replicas());
        }
    }

    int size(SetState set) {
        return sizes.getOrDefault(set.row().key(), set.replicas());
    }

    void resize(SetState set, int size) {
        sizes.put(set.row().key(), size);
    }

    /// How large the newest set may be now without more than the surge allows: `current` is its size.
    int newest(int current) {
        if (current >= bounds.replicas()) {
            return bounds.replicas();
        }
        int occupied = sets.values().stream().mapToInt(this::occupied).sum();
        int room = bounds.replicas() + bounds.surge() - occupied;
        return current + Math.max(0, Math.min(room, bounds.replicas() - current));
    }

    private int occupied(SetState set) {
        return Math.max(size(set), set.occupied());
    }

    /// Shrinks old sets by what is not needed to stay available: first pods that serve nobody, then, oldest set first,
    /// as many as the newest set has made up for.
    void shrinkOld(List<SetState> old, @Nullable SetState newest) {
        int newSize = newest == null ? 0 : size(newest);
        int newLasting = newest == null ? 0 : Math.min(newest.lastingAvailable(), newSize);
        int all = newSize + old.stream().mapToInt(this::size).sum();
        int removable = all - bounds.least() - (newSize - newLasting);
        if (removable <= 0) {
            return;
        }
        List<SetState> oldestFirst = old.stream().sorted(SetState.OLDEST_FIRST).toList();
        for (SetState set : oldestFirst) {
            int idle = Math.max(0, size(set) - lasting(set));
            int less = Math.min(idle, removable);
            resize(set, size(set) - less);
            removable -= less;
        }
        int available = newLasting + old.stream().mapToInt(this::lasting).sum();
        int spare = available - bounds.least();
        for (SetState set : oldestFirst) {
            int less = Math.max(0, Math.min(spare, size(set)));
            resize(set, size(set) - less);
            spare -= less;
        }
    }

    private int lasting(SetState set) {
        return Math.min(set.available(), size(set));
    }

    /// Spreads a change of the wanted number over all sets that have pods, by their sizes, while a roll is under way.
    void proportional(List<SetState> active) {
        int total = active.stream().mapToInt(this::size).sum();
        int toAdd = bounds.most() - total;
        if (toAdd == 0) {
            return;
        }
        List<SetState> order = new ArrayList<>(active);
        Comparator<SetState> largest = Comparator.comparingInt((SetState set) -> -size(set));
        order.sort(largest.thenComparing(toAdd > 0 ? SetState.OLDEST_FIRST.reversed() : SetState.OLDEST_FIRST));
        int added = 0;
        for (SetState set : order) {
            int share = share(set, toAdd);
            int part = toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
            resize(set, size(set) + part);
            added += part;
        }
        SetState first = order.getFirst();
        resize(first, Math.max(0, size(first) + toAdd - added));
    }

    private int share(SetState set, int toAdd) {
        int size = size(set);
        if (bounds.replicas() == 0) {
            return -size;
        }
        long before = Revisions.number(set.row().metadata().annotations().get(Revisions.MOST));
        if (before <= 0) {
            return 0;
        }
        int wanted = Math.toIntExact(Math.round((double) size * bounds.most() / before));
        return toAdd > 0 ? Math.max(0, wanted - size) : Math.min(0, wanted - size);
    }
}
