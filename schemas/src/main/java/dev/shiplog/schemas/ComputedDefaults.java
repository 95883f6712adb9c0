package dev.shiplog.schemas;

import dev.shiplog.apps.v1.DeploymentStrategy;
import dev.shiplog.apps.v1.RollingUpdateDeployment;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.EmptyDirVolumeSource;
import dev.shiplog.core.v1.EphemeralContainer;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.NodeStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.ResourceRequirements;
import dev.shiplog.core.v1.Secret;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.Volume;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Defaults that depend on other fields, of the records whose schema says `computedDefaults`.
/// Each gets its record with the plain defaults already in place, its inner records first.
final class ComputedDefaults {
    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final String LATEST = "latest";

    private ComputedDefaults() {}

    static Typed of(Typed record) {
        return switch (record) {
            case Container container ->
                container.imagePullPolicy().isEmpty()
                        ? container.withImagePullPolicy(pullPolicy(container.image()))
                        : container;
            case EphemeralContainer container ->
                container.imagePullPolicy().isEmpty()
                        ? container.withImagePullPolicy(pullPolicy(container.image()))
                        : container;
            case Volume volume -> volume(volume);
            case PodSpec spec -> podSpec(spec);
            case Pod pod -> pod.withSpec(runningPod(pod.spec()));
            case DeploymentStrategy strategy -> strategy(strategy);
            case ServicePort port ->
                port.targetPort() == null
                                || port.targetPort().equals("")
                                || port.targetPort().equals(0)
                        ? port.withTargetPort(port.port())
                        : port;
            case dev.shiplog.core.v1.ServiceSpec spec -> ServiceDefaults.of(spec);
            case Secret secret -> secret(secret);
            case Namespace namespace -> namespace(namespace);
            case NodeStatus status ->
                status.allocatable().isEmpty() ? status.withAllocatable(status.capacity()) : status;
            default -> throw new AssertionError("no computed defaults are known for " + record.recordType());
        };
    }

    /// An image without a version, or with the version `latest`, may change behind its name.
    private static String pullPolicy(String image) {
        int digest = image.indexOf('@');
        String name = digest < 0 ? image : image.substring(0, digest);
        int colon = name.lastIndexOf(':');
        String tag = colon > name.lastIndexOf('/') ? name.substring(colon + 1) : digest < 0 ? LATEST : "";
        return tag.equals(LATEST) ? "Always" : "IfNotPresent";
    }

    private static Volume volume(Volume volume) {
        return volume.equals(Volume.EMPTY.withName(volume.name()))
                ? volume.withEmptyDir(EmptyDirVolumeSource.EMPTY)
                : volume;
    }

    /// `serviceAccount` is the old name of `serviceAccountName`.
    private static PodSpec podSpec(PodSpec spec) {
        String account = spec.serviceAccountName().isEmpty() ? spec.serviceAccount() : spec.serviceAccountName();
        return account.equals(spec.serviceAccountName()) && account.equals(spec.serviceAccount())
                ? spec
                : spec.toBuilder()
                        .serviceAccountName(account)
                        .serviceAccount(account)
                        .build();
    }

    /// What holds for pods, though not for the templates of pods.
    private static PodSpec runningPod(PodSpec spec) {
        return spec.toBuilder()
                .enableServiceLinks(spec.enableServiceLinks() == null || spec.enableServiceLinks())
                .containers(runningContainers(spec.containers(), spec.hostNetwork()))
                .initContainers(runningContainers(spec.initContainers(), spec.hostNetwork()))
                .build();
    }

    private static List<Container> runningContainers(List<Container> containers, boolean hostNetwork) {
        return containers.stream()
                .map(container -> container.toBuilder()
                        .resources(requested(container.resources()))
                        .ports(hostNetwork ? hostPorts(container.ports()) : container.ports())
                        .build())
                .toList();
    }

    private static ResourceRequirements requested(ResourceRequirements resources) {
        if (resources.requests().keySet().containsAll(resources.limits().keySet())) {
            return resources;
        }
        Map<String, String> requests = new TreeMap<>(resources.limits());
        requests.putAll(resources.requests());
        return resources.withRequests(requests);
    }

    private static List<ContainerPort> hostPorts(List<ContainerPort> ports) {
        return ports.stream()
                .map(port -> port.hostPort() == 0 ? port.withHostPort(port.containerPort()) : port)
                .toList();
    }

    private static DeploymentStrategy strategy(DeploymentStrategy strategy) {
        return strategy.type().equals("RollingUpdate") && strategy.rollingUpdate() == null
                ? strategy.withRollingUpdate(Defaulting.apply(RollingUpdateDeployment.EMPTY))
                : strategy;
    }

    /// `stringData` is a way to write `data`, never to read it.
    private static Secret secret(Secret secret) {
        if (secret.stringData().isEmpty()) {
            return secret;
        }
        Map<String, Bytes> data = new TreeMap<>(secret.data());
        secret.stringData().forEach((name, text) -> data.put(name, Bytes.utf8(text)));
        return secret.toBuilder().data(data).stringData(Map.of()).build();
    }

    private static Namespace namespace(Namespace namespace) {
        String name = namespace.metadata().name();
        if (name.isEmpty() || name.equals(namespace.metadata().labels().get(NAME_LABEL))) {
            return namespace;
        }
        Map<String, String> labels = new TreeMap<>(namespace.metadata().labels());
        labels.put(NAME_LABEL, name);
        return namespace.withMetadata(namespace.metadata().withLabels(labels));
    }
}
