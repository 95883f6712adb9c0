package dev.shiplog.api.auth;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.EnvFromSource;
import dev.shiplog.core.v1.EnvVar;
import dev.shiplog.core.v1.EnvVarSource;
import dev.shiplog.core.v1.LocalObjectReference;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.ProjectedVolumeSource;
import dev.shiplog.core.v1.Volume;
import dev.shiplog.core.v1.VolumeProjection;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which objects of its namespace a pod refers to by name.
final class PodReferences {
    private PodReferences() {}

    static boolean has(PodSpec pod, NodeGraph.Reference kind, String name) {
        return switch (kind) {
            case SERVICE_ACCOUNT ->
                name.equals(pod.serviceAccountName().isEmpty() ? "default" : pod.serviceAccountName());
            case SECRET -> secrets(pod).anyMatch(name::equals);
            case CONFIG_MAP -> configMaps(pod).anyMatch(name::equals);
        };
    }

    private static Stream<String> secrets(PodSpec pod) {
        Stream<String> pulls = pod.imagePullSecrets().stream().map(LocalObjectReference::name);
        Stream<String> volumes = pod.volumes().stream()
                .map(Volume::secret)
                .filter(Objects::nonNull)
                .map(secret -> secret.secretName());
        Stream<String> projected = projections(pod)
                .map(VolumeProjection::secret)
                .filter(Objects::nonNull)
                .map(secret -> secret.name());
        Stream<String> whole = containers(pod)
                .flatMap(container -> container.envFrom().stream())
                .map(EnvFromSource::secretRef)
                .filter(Objects::nonNull)
                .map(secret -> secret.name());
        Stream<String> single = variables(pod)
                .map(EnvVarSource::secretKeyRef)
                .filter(Objects::nonNull)
                .map(secret -> secret.name());
        return Stream.of(pulls, volumes, projected, whole, single).flatMap(names -> names);
    }

    private static Stream<String> configMaps(PodSpec pod) {
        Stream<String> volumes = pod.volumes().stream()
                .map(Volume::configMap)
                .filter(Objects::nonNull)
                .map(map -> map.name());
        Stream<String> projected = projections(pod)
                .map(VolumeProjection::configMap)
                .filter(Objects::nonNull)
                .map(map -> map.name());
        Stream<String> whole = containers(pod)
                .flatMap(container -> container.envFrom().stream())
                .map(EnvFromSource::configMapRef)
                .filter(Objects::nonNull)
                .map(map -> map.name());
        Stream<String> single = variables(pod)
                .map(EnvVarSource::configMapKeyRef)
                .filter(Objects::nonNull)
                .map(map -> map.name());
        return Stream.of(volumes, projected, whole, single).flatMap(names -> names);
    }

    private static Stream<VolumeProjection> projections(PodSpec pod) {
        return pod.volumes().stream().flatMap(volume -> {
            @Nullable ProjectedVolumeSource projected = volume.projected();
            return projected == null ? Stream.empty() : projected.sources().stream();
        });
    }

    private static Stream<EnvVarSource> variables(PodSpec pod) {
        return containers(pod)
                .flatMap(container -> container.env().stream())
                .map(EnvVar::valueFrom)
                .filter(Objects::nonNull);
    }

    private static Stream<Container> containers(PodSpec pod) {
        return Stream.concat(pod.initContainers().stream(), pod.containers().stream());
    }
}
