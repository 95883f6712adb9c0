package dev.shiplog.schemas.table;

import dev.shiplog.apps.v1.ControllerRevision;
import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.meta.v1.OwnerReference;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Deployments, ReplicaSets and ControllerRevisions as tables.
final class WorkloadTables {
    private static final Column CONTAINERS = Column.wide("Containers", "Names of the containers of each pod.");
    private static final Column IMAGES = Column.wide("Images", "Images of the containers of each pod.");
    private static final Column SELECTOR = Column.wide("Selector", "Labels of the pods that it looks after.");

    static final Shape DEPLOYMENTS = Shape.computed(
            Deployment.class,
            List.of(
                    Column.ofName(),
                    Column.text("Ready", "How many pods are ready, of how many wanted."),
                    Column.text("Up-to-date", "How many pods have the newest template."),
                    Column.text("Available", "How many pods have been ready long enough."),
                    Column.ofAge(),
                    CONTAINERS,
                    IMAGES,
                    SELECTOR),
            WorkloadTables::deployment);
    static final Shape REPLICA_SETS = Shape.computed(
            ReplicaSet.class,
            List.of(
                    Column.ofName(),
                    Column.number("Desired", "How many pods are wanted."),
                    Column.number("Current", "How many pods there are."),
                    Column.number("Ready", "How many pods are ready."),
                    Column.ofAge(),
                    CONTAINERS,
                    IMAGES,
                    SELECTOR),
            WorkloadTables::replicaSet);
    static final Shape CONTROLLER_REVISIONS = Shape.computed(
            ControllerRevision.class,
            List.of(
                    Column.ofName(),
                    Column.text("Controller", "Whose revision it is."),
                    Column.text("Revision", "Number of the revision."),
                    Column.ofAge()),
            WorkloadTables::revision);

    private WorkloadTables() {}

    private static List<@Nullable Object> deployment(Deployment deployment, Instant now) {
        var spec = deployment.spec();
        var status = deployment.status();
        var containers = spec.template().spec().containers();
        return Arrays.asList(
                deployment.metadata().name(),
                status.readyReplicas() + "/" + Objects.requireNonNullElse(spec.replicas(), 0),
                status.updatedReplicas(),
                status.availableReplicas(),
                Ages.since(deployment.metadata().creationTimestamp(), now),
                Texts.names(containers),
                Texts.images(containers),
                Texts.selector(spec.selector()));
    }

    private static List<@Nullable Object> replicaSet(ReplicaSet set, Instant now) {
        var containers = set.spec().template().spec().containers();
        return Arrays.asList(
                set.metadata().name(),
                Objects.requireNonNullElse(set.spec().replicas(), 0),
                set.status().replicas(),
                set.status().readyReplicas(),
                Ages.since(set.metadata().creationTimestamp(), now),
                Texts.names(containers),
                Texts.images(containers),
                Texts.selector(set.spec().selector()));
    }

    private static List<@Nullable Object> revision(ControllerRevision revision, Instant now) {
        String controller = revision.metadata().ownerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.controller()))
                .map(WorkloadTables::owner)
                .findFirst()
                .orElse(Texts.NONE);
        return Arrays.asList(
                revision.metadata().name(),
                controller,
                revision.revision(),
                Ages.since(revision.metadata().creationTimestamp(), now));
    }

    private static String owner(OwnerReference owner) {
        int slash = owner.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : "." + owner.apiVersion().substring(0, slash);
        return owner.kind().toLowerCase(Locale.ROOT) + group + "/" + owner.name();
    }
}
