package dev.shiplog.api.admission;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.autoscaling.v1.Scale;
import dev.shiplog.autoscaling.v1.ScaleSpec;
import dev.shiplog.autoscaling.v1.ScaleStatus;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.select.Selector;
import org.jspecify.annotations.Nullable;

/// The Scale of the workloads that have one: reading it from them, and writing it back.
public final class ScaleOf {
    private ScaleOf() {}

    public static Scale read(ApiObject object, String resourceVersion) {
        return switch (object.content()) {
            case Deployment it ->
                scale(
                        object,
                        resourceVersion,
                        it.spec().replicas(),
                        it.status().replicas(),
                        it.spec().selector());
            case ReplicaSet it ->
                scale(
                        object,
                        resourceVersion,
                        it.spec().replicas(),
                        it.status().replicas(),
                        it.spec().selector());
            default -> throw new AssertionError(object.kind().kind() + " has no scale");
        };
    }

    public static ApiObject write(ApiObject object, Scale scale) {
        int replicas = scale.spec().replicas();
        Typed changed = switch (object.content()) {
            case Deployment it -> it.withSpec(it.spec().withReplicas(replicas));
            case ReplicaSet it -> it.withSpec(it.spec().withReplicas(replicas));
            default -> throw new AssertionError(object.kind().kind() + " has no scale");
        };
        return object.replacing(changed);
    }

    private static Scale scale(
            ApiObject object,
            String resourceVersion,
            @Nullable Integer wanted,
            int present,
            @Nullable LabelSelector selector) {
        ObjectMeta meta = object.meta();
        return Scale.builder()
                .metadata(ObjectMeta.builder()
                        .name(meta.name())
                        .namespace(meta.namespace())
                        .uid(meta.uid())
                        .resourceVersion(resourceVersion)
                        .creationTimestamp(meta.creationTimestamp())
                        .build())
                .spec(new ScaleSpec(wanted == null ? 1 : wanted))
                .status(ScaleStatus.builder()
                        .replicas(present)
                        .selector(Selector.of(selector).text())
                        .build())
                .build();
    }
}
