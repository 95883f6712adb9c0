package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import dev.shiplog.core.v1.EnvFromSource;
import dev.shiplog.core.v1.EnvVar;
import dev.shiplog.core.v1.EnvVarSource;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.SecurityContext;
import dev.shiplog.core.v1.VolumeMount;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Rules for the containers of a pod.
final class ContainerRules {
    private static final Set<String> FIELD_PATHS = Set.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");
    private static final Set<String> RESOURCES = Set.of(
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage");

    private ContainerRules() {}

    /// @param volumes names of the pod's volumes
    static void check(PodSpec spec, Set<String> volumes, Path at, Causes causes) {
        var names = new HashSet<String>();
        var hostPorts = new HashSet<String>();
        for (int i = 0; i < spec.containers().size(); i++) {
            Path each = at.field("containers").index(i);
            Container container = spec.containers().get(i);
            one(container, names, volumes, each, causes);
            ports(container.ports(), spec, hostPorts, each.field("ports"), causes);
            if (container.restartPolicy() != null) {
                causes.forbidden(each.field("restartPolicy"), "may not be set for non-init containers");
            }
            ProbeRules.check(container, each, causes);
        }
        for (int i = 0; i < spec.initContainers().size(); i++) {
            Path each = at.field("initContainers").index(i);
            Container container = spec.initContainers().get(i);
            one(container, names, volumes, each, causes);
            initOnly(container, spec, hostPorts, each, causes);
        }
    }

    private static void initOnly(Container container, PodSpec spec, Set<String> hostPorts, Path at, Causes causes) {
        @Nullable String restart = container.restartPolicy();
        if (restart != null && !restart.equals("Always")) {
            causes.notSupported(at.field("restartPolicy"), restart, List.of("Always"));
        }
        if ("Always".equals(restart)) {
            ports(container.ports(), spec, hostPorts, at.field("ports"), causes);
            ProbeRules.check(container, at, causes);
            return;
        }
        ports(container.ports(), spec, new HashSet<>(), at.field("ports"), causes);
        forbidden(container.lifecycle(), at.field("lifecycle"), causes);
        forbidden(container.livenessProbe(), at.field("livenessProbe"), causes);
        forbidden(container.readinessProbe(), at.field("readinessProbe"), causes);
        forbidden(container.startupProbe(), at.field("startupProbe"), causes);
    }

    private static void forbidden(@Nullable Object value, Path at, Causes causes) {
        if (value != null) {
            causes.forbidden(at, "may not be set for init containers without restartPolicy=Always");
        }
    }

    private static void one(Container container, Set<String> names, Set<String> volumes, Path at, Causes causes) {
        if (!container.name().isEmpty()) {
            causes.invalid(at.field("name"), container.name(), Names.dns1123Label(container.name()));
            if (!names.add(container.name())) {
                causes.duplicate(at.field("name"), container.name());
            }
        }
        if (container.image().isEmpty()) {
            causes.required(at.field("image"));
        } else if (!container.image().strip().equals(container.image())) {
            causes.invalid(at.field("image"), container.image(), "must not have leading or trailing whitespace");
        }
        env(container.env(), at.field("env"), causes);
        envFrom(container.envFrom(), at.field("envFrom"), causes);
        mounts(container.volumeMounts(), volumes, at.field("volumeMounts"), causes);
        ResourceRules.check(container.resources(), at.field("resources"), causes);
        SecurityContext security = container.securityContext();
        if (security != null) {
            security(security, at.field("securityContext"), causes);
        }
        if (!container.restartPolicyRules().isEmpty()) {
            causes.forbidden(at.field("restartPolicyRules"), "may not be set");
        }
    }

    private static void security(SecurityContext security, Path at, Causes causes) {
        boolean adds = security.capabilities() != null
                && (security.capabilities().add().contains("CAP_SYS_ADMIN")
                        || security.capabilities().add().contains("SYS_ADMIN"));
        if (Boolean.FALSE.equals(security.allowPrivilegeEscalation())) {
            if (Boolean.TRUE.equals(security.privileged())) {
                causes.invalid(at, security, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            if (adds) {
                causes.invalid(
                        at,
                        security,
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
    }

    private static void ports(List<ContainerPort> ports, PodSpec spec, Set<String> hostPorts, Path at, Causes causes) {
        var names = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ContainerPort port = ports.get(i);
            Path each = at.index(i);
            if (!port.name().isEmpty()) {
                causes.invalid(each.field("name"), port.name(), Names.portName(port.name()));
                if (!names.add(port.name())) {
                    causes.duplicate(each.field("name"), port.name());
                }
            }
            if (port.hostPort() != 0) {
                String taken = port.protocol() + "/" + port.hostIP() + "/" + port.hostPort();
                if (!hostPorts.add(taken)) {
                    causes.duplicate(each.field("hostPort"), taken);
                }
                if (spec.hostNetwork() && port.hostPort() != port.containerPort()) {
                    causes.invalid(
                            each.field("containerPort"),
                            port.containerPort(),
                            "must match `hostPort` when `hostNetwork` is true");
                }
            }
            if (!port.hostIP().isEmpty() && !Addresses.isIp(port.hostIP())) {
                causes.invalid(
                        each.field("hostIP"),
                        port.hostIP(),
                        "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
        }
    }

    private static void env(List<EnvVar> variables, Path at, Causes causes) {
        for (int i = 0; i < variables.size(); i++) {
            EnvVar variable = variables.get(i);
            Path each = at.index(i);
            boolean plain = variable.name().chars().allMatch(c -> c >= ' ' && c <= '~' && c != '=');
            if (!plain) {
                causes.invalid(
                        each.field("name"),
                        variable.name(),
                        "a valid environment variable name must consist only of printable ASCII characters other than"
                                + " '='");
            }
            EnvVarSource source = variable.valueFrom();
            if (source != null) {
                source(source, variable.value(), each.field("valueFrom"), causes);
            }
        }
    }

    private static void source(EnvVarSource source, String value, Path at, Causes causes) {
        long sources = Stream.of(
                        source.fieldRef(),
                        source.resourceFieldRef(),
                        source.configMapKeyRef(),
                        source.secretKeyRef(),
                        source.fileKeyRef())
                .filter(Objects::nonNull)
                .count();
        if (!value.isEmpty() && sources > 0) {
            causes.invalid(at, "", "may not be specified when `value` is not empty");
        }
        if (sources == 0) {
            causes.invalid(
                    at,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or"
                            + " `fileKeyRef`");
        } else if (sources > 1) {
            causes.invalid(at, "", "may not have more than one field specified at a time");
        }
        if (source.fieldRef() != null) {
            fieldPath(
                    source.fieldRef().fieldPath(),
                    FIELD_PATHS,
                    at.field("fieldRef").field("fieldPath"),
                    causes);
        }
        if (source.resourceFieldRef() != null) {
            resource(
                    source.resourceFieldRef().resource(),
                    at.field("resourceFieldRef").field("resource"),
                    causes);
        }
        if (source.configMapKeyRef() != null && !source.configMapKeyRef().key().isEmpty()) {
            String key = source.configMapKeyRef().key();
            causes.invalid(at.field("configMapKeyRef").field("key"), key, Names.configKey(key));
        }
        if (source.secretKeyRef() != null && !source.secretKeyRef().key().isEmpty()) {
            String key = source.secretKeyRef().key();
            causes.invalid(at.field("secretKeyRef").field("key"), key, Names.configKey(key));
        }
    }

    /// A field of the pod that a container may see: one of `known`, or one label or annotation.
    static void fieldPath(String path, Set<String> known, Path at, Causes causes) {
        boolean subscript = path.matches("metadata\\.(labels|annotations)\\['.+']");
        if (!path.isEmpty() && !subscript && !known.contains(path)) {
            causes.notSupported(at, path, known);
        }
    }

    static void resource(String resource, Path at, Causes causes) {
        boolean huge = resource.startsWith("limits.hugepages-") || resource.startsWith("requests.hugepages-");
        if (!resource.isEmpty() && !huge && !RESOURCES.contains(resource)) {
            causes.notSupported(at, resource, RESOURCES);
        }
    }

    private static void envFrom(List<EnvFromSource> sources, Path at, Causes causes) {
        for (int i = 0; i < sources.size(); i++) {
            EnvFromSource source = sources.get(i);
            boolean map = source.configMapRef() != null;
            boolean secret = source.secretRef() != null;
            if (map == secret) {
                causes.invalid(
                        at.index(i),
                        "",
                        map
                                ? "may not have more than one field specified at a time"
                                : "must specify one of: `configMapRef` or `secretRef`");
            }
            if (source.configMapRef() != null && source.configMapRef().name().isEmpty()) {
                causes.required(at.index(i).field("configMapRef").field("name"));
            }
            if (source.secretRef() != null && source.secretRef().name().isEmpty()) {
                causes.required(at.index(i).field("secretRef").field("name"));
            }
        }
    }

    private static void mounts(List<VolumeMount> mounts, Set<String> volumes, Path at, Causes causes) {
        var paths = new HashSet<String>();
        for (int i = 0; i < mounts.size(); i++) {
            VolumeMount mount = mounts.get(i);
            Path each = at.index(i);
            if (!mount.name().isEmpty() && !volumes.contains(mount.name())) {
                causes.notFound(each.field("name"), mount.name());
            }
            if (!mount.mountPath().isEmpty() && !paths.add(mount.mountPath())) {
                causes.invalid(each.field("mountPath"), mount.mountPath(), "must be unique");
            }
            VolumeRules.inside(mount.subPath(), each.field("subPath"), causes);
            VolumeRules.inside(mount.subPathExpr(), each.field("subPathExpr"), causes);
            if (!mount.subPath().isEmpty() && !mount.subPathExpr().isEmpty()) {
                causes.invalid(
                        each.field("subPathExpr"),
                        mount.subPathExpr(),
                        "subPathExpr and subPath are mutually exclusive");
            }
        }
    }
}
