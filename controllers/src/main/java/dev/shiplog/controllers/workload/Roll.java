package dev.shiplog.controllers.workload;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.DeploymentSpec;
import dev.shiplog.apps.v1.DeploymentStatus;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.apps.v1.ReplicaSetCondition;
import dev.shiplog.apps.v1.ReplicaSetSpec;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.store.reconcile.Decision;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Meta;
import dev.shiplog.store.reconcile.Note;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One step of one Deployment: its ReplicaSets are made, resized or dropped, and its status told, in one transaction.
final class Roll {
    private static final int DEFAULT_HISTORY = 10;

    private final Row<Deployment> row;
    private final Deployment deployment;
    private final DeploymentSpec spec;
    private final LabelSelector selector;
    private final Tables tables;
    private final Bounds bounds;
    private final List<SetState> sets;
    private final @Nullable SetState newest;
    private final List<SetState> old;
    private final Scaling scaling;
    private final Progress progress;
    private final List<Item> items = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private @Nullable Integer collisions;
    private long revision;

    Roll(Row<Deployment> row, LabelSelector selector, List<SetState> sets, Tables tables, Instant now) {
        this.row = row;
        this.deployment = row.object();
        this.spec = deployment.spec();
        this.selector = selector;
        this.tables = tables;
        this.bounds = Bounds.of(spec);
        this.sets = sets;
        this.newest = sets.stream()
                .filter(set -> Templates.same(set.row().object().spec().template(), spec.template()))
                .findFirst()
                .orElse(null);
        this.old = sets.stream().filter(set -> !set.equals(newest)).toList();
        this.scaling = new Scaling(bounds, sets);
        this.progress = new Progress(deployment, now);
        this.collisions = deployment.status().collisionCount();
        this.revision = Revisions.of(deployment.metadata());
    }

    Decision decide() {
        boolean rolled = false;
        if (!Meta.deleting(deployment.metadata())) {
            progress.pausing();
            if (spec.paused() || rescaled()) {
                rescale();
            } else {
                roll();
                rolled = true;
            }
            resizeSets();
        }
        return finish(rolled);
    }

    private void roll() {
        boolean rolling = spec.strategy().type().equals(Bounds.ROLLING_UPDATE);
        if (!rolling) {
            old.forEach(set -> scaling.resize(set, 0));
            boolean left = old.stream().anyMatch(set -> set.replicas() > 0 || set.present() > 0);
            if (left) {
                return;
            }
        }
        if (newest == null) {
            create(rolling ? scaling.newest(0) : bounds.replicas());
            return;
        }
        revision = Math.max(newest.revision(), Revisions.next(old));
        progress.found(newest.row().name());
        scaling.resize(newest, rolling ? scaling.newest(newest.replicas()) : bounds.replicas());
        if (rolling && scaling.size(newest) == newest.replicas()) {
            scaling.shrinkOld(old, newest);
        }
        if (Progress.complete(status(), bounds, deployment)) {
            dropHistory();
        }
    }

    private void create(int replicas) {
        String hash = Templates.hash(spec.template(), collisions);
        String name = deployment.metadata().name() + "-" + hash;
        if (tables.get(Resource.REPLICA_SETS, row.namespace(), name) != null) {
            collisions = Objects.requireNonNullElse(collisions, 0) + 1;
            return;
        }
        revision = Revisions.next(old);
        var template = Templates.labelled(spec.template(), hash);
        var metadata = ObjectMeta.builder()
                .name(name)
                .namespace(row.namespace())
                .labels(template.metadata().labels())
                .annotations(Revisions.scaled(Revisions.ofNewest(Map.of(), deployment, revision), bounds))
                .ownerReferences(List.of(Meta.controllerReference(Resource.DEPLOYMENTS, deployment.metadata())))
                .build();
        var set = ReplicaSet.builder()
                .metadata(metadata)
                .spec(ReplicaSetSpec.builder()
                        .replicas(replicas)
                        .minReadySeconds(spec.minReadySeconds())
                        .selector(Templates.labelled(selector, hash))
                        .template(template)
                        .build())
                .build();
        items.add(Items.create(Resource.REPLICA_SETS, set));
        progress.created(name);
        if (replicas > 0) {
            scaledNote(name, 0, replicas);
        }
    }

    /// Whether the wanted number changed since the sets were last sized.
    private boolean rescaled() {
        return sets.stream().filter(set -> set.replicas() > 0).anyMatch(set -> {
            @Nullable String desired = set.row().metadata().annotations().get(Revisions.DESIRED);
            return desired != null && Revisions.number(desired) != bounds.replicas();
        });
    }

    private void rescale() {
        List<SetState> active = sets.stream().filter(set -> set.replicas() > 0).toList();
        if (active.size() <= 1) {
            @Nullable SetState only = active.isEmpty() ? newestOrLast() : active.getFirst();
            if (only != null) {
                scaling.resize(only, bounds.replicas());
            }
        } else if (newest != null && saturated(newest)) {
            old.forEach(set -> scaling.resize(set, 0));
        } else if (spec.strategy().type().equals(Bounds.ROLLING_UPDATE)) {
            scaling.proportional(active);
        }
    }

    private @Nullable SetState newestOrLast() {
        return newest != null || sets.isEmpty() ? newest : sets.getLast();
    }

    private boolean saturated(SetState set) {
        return set.replicas() == bounds.replicas()
                && set.available() == bounds.replicas()
                && Revisions.number(set.row().metadata().annotations().get(Revisions.DESIRED)) == bounds.replicas();
    }

    /// Keeps as many idle old sets as the history limit says, the latest revisions.
    private void dropHistory() {
        int limit = Objects.requireNonNullElse(spec.revisionHistoryLimit(), DEFAULT_HISTORY);
        List<SetState> idle = old.stream()
                .filter(set -> set.replicas() == 0
                        && set.present() == 0
                        && set.row().object().status().replicas() == 0
                        && set.row().object().status().observedGeneration()
                                >= set.row().metadata().generation()
                        && !Meta.deleting(set.row().metadata()))
                .sorted(Comparator.comparingLong(SetState::revision).thenComparing(SetState.OLDEST_FIRST))
                .toList();
        int surplus = Math.max(0, old.size() - limit);
        idle.stream().limit(surplus).forEach(set -> items.add(Items.delete(set.row())));
    }

    private void resizeSets() {
        for (SetState set : sets) {
            if (items.stream().anyMatch(item -> item.target().equals(set.row().key()))) {
                continue;
            }
            ReplicaSet now = set.row().object();
            int size = scaling.size(set);
            Map<String, String> annotations = now.metadata().annotations();
            int minReady = now.spec().minReadySeconds();
            if (set.equals(newest) && !spec.paused()) {
                annotations = Revisions.ofNewest(annotations, deployment, revision);
                minReady = spec.minReadySeconds();
            }
            if (size > 0 || size != set.replicas()) {
                annotations = Revisions.scaled(annotations, bounds);
            }
            var then = now.withMetadata(now.metadata().withAnnotations(new TreeMap<>(annotations)))
                    .withSpec(now.spec().withReplicas(size).withMinReadySeconds(minReady));
            if (!then.equals(now)) {
                items.add(Items.update(set.row(), then));
            }
            if (size != set.replicas()) {
                scaledNote(set.row().name(), set.replicas(), size);
            }
        }
    }

    private void scaledNote(String set, int from, int to) {
        String message = "Scaled %s replica set %s from %d to %d".formatted(to > from ? "up" : "down", set, from, to);
        notes.add(Note.normal(
                Resource.DEPLOYMENTS, row, "ScalingReplicaSet", message, set + "/" + row.revision() + "/" + to));
    }

    private DeploymentStatus status() {
        int replicas = sets.stream().mapToInt(SetState::active).sum();
        int available = sets.stream().mapToInt(SetState::available).sum();
        int wanted = sets.stream().mapToInt(SetState::replicas).sum();
        return deployment.status().toBuilder()
                .observedGeneration(deployment.metadata().generation())
                .replicas(replicas)
                .updatedReplicas(newest == null ? 0 : newest.active())
                .readyReplicas(sets.stream().mapToInt(SetState::ready).sum())
                .availableReplicas(available)
                .unavailableReplicas(Math.max(0, wanted - available))
                .terminatingReplicas(
                        sets.stream().mapToInt(SetState::terminating).sum())
                .collisionCount(collisions)
                .build();
    }

    /// The failure of the newest set, else one of an old set's.
    private @Nullable ReplicaSetCondition failure() {
        return Stream.concat(Stream.ofNullable(newest), old.stream())
                .map(set -> ReplicaSetReconciler.failure(set.row().object()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private Decision finish(boolean rolled) {
        DeploymentStatus status = status();
        progress.available(status.availableReplicas(), bounds);
        if (rolled) {
            progress.rolled(status, bounds, newest == null ? null : newest.row().name());
            progress.failing(failure());
        }
        var annotations = new TreeMap<>(deployment.metadata().annotations());
        if (revision > 0) {
            annotations.put(Revisions.REVISION, Long.toString(revision));
        }
        var then = deployment
                .withMetadata(deployment.metadata().withAnnotations(annotations))
                .withStatus(status.withConditions(progress.conditions()));
        var guards = List.of(new Guard(row.key(), Condition.AT, row.revision()));
        if (!then.equals(deployment)) {
            items.add(Items.update(row, then, "status"));
            guards = List.of();
        }
        @Nullable Duration next = progress.deadlineIn();
        for (SetState set : sets) {
            @Nullable Duration available = set.nextAvailable();
            next = next == null || (available != null && available.compareTo(next) < 0) ? available : next;
        }
        if (items.isEmpty()) {
            return Decision.none().again(next);
        }
        return Decision.of(rolled ? "roll" : "scale", items)
                .guarded(guards)
                .noting(notes)
                .again(next);
    }
}
