package dev.shiplog.node.cri;

import com.google.protobuf.ByteString;
import dev.shiplog.core.v1.Capabilities;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSecurityContext;
import dev.shiplog.core.v1.SeccompProfile;
import dev.shiplog.core.v1.SecurityContext;
import dev.shiplog.node.cri.v1.Capability;
import dev.shiplog.node.cri.v1.ContainerConfig;
import dev.shiplog.node.cri.v1.ContainerMetadata;
import dev.shiplog.node.cri.v1.ImageSpec;
import dev.shiplog.node.cri.v1.Int64Value;
import dev.shiplog.node.cri.v1.KeyValue;
import dev.shiplog.node.cri.v1.LinuxContainerConfig;
import dev.shiplog.node.cri.v1.LinuxContainerResources;
import dev.shiplog.node.cri.v1.LinuxContainerSecurityContext;
import dev.shiplog.node.cri.v1.Mount;
import dev.shiplog.node.cri.v1.SecurityProfile;
import dev.shiplog.node.pod.Amount;
import dev.shiplog.node.pod.Expansion;
import dev.shiplog.node.pod.Qos;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One container as the runtime wants it described.
///
/// @param imageId what the image's name stood for when it was looked up
/// @param variables the environment, complete
public record ContainerSpec(
        Pod pod,
        Container container,
        int attempt,
        String agent,
        String imageId,
        Map<String, String> variables,
        List<Mount> mounts,
        long nodeMemoryBytes) {
    private static final long CPU_PERIOD_MICROS = 100_000;
    private static final long CPU_QUOTA_MICROS_MIN = 1_000;
    private static final long CPU_SHARES_MIN = 2;
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    public ContainerConfig config() {
        var config = ContainerConfig.newBuilder()
                .setMetadata(
                        ContainerMetadata.newBuilder().setName(container.name()).setAttempt(attempt))
                .setImage(ImageSpec.newBuilder().setImage(imageId))
                .setWorkingDir(container.workingDir())
                .addAllMounts(mounts)
                .putAllLabels(Labels.of(pod, agent, container.name()))
                .putAnnotations(Labels.IMAGE, container.image())
                .putAnnotations(Labels.MESSAGE_POLICY, container.terminationMessagePolicy())
                .putAnnotations(Labels.RESTARTS, Integer.toString(attempt))
                .setLogPath(container.name() + "/" + attempt + ".log")
                .setStdin(container.stdin())
                .setStdinOnce(container.stdinOnce())
                .setTty(container.tty())
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(resources())
                        .setSecurityContext(security()));
        container.command().forEach(word -> config.addCommand(Expansion.expand(word, variables)));
        container.args().forEach(word -> config.addArgs(Expansion.expand(word, variables)));
        variables.forEach((name, value) ->
                config.addEnvs(KeyValue.newBuilder().setKey(name).setValue(ByteString.copyFromUtf8(value))));
        return config.build();
    }

    private LinuxContainerResources resources() {
        var resources = LinuxContainerResources.newBuilder()
                .setCpuPeriod(CPU_PERIOD_MICROS)
                .setCpuShares(CPU_SHARES_MIN)
                .setOomScoreAdj(oomScore());
        Map<String, String> limits = container.resources().limits();
        Map<String, String> requests = container.resources().requests();
        String cpu = requests.getOrDefault("cpu", limits.getOrDefault("cpu", ""));
        if (!cpu.isEmpty()) {
            resources.setCpuShares(Math.max(CPU_SHARES_MIN, Amount.milli(cpu) * 1024 / 1000));
        }
        String cpuLimit = limits.getOrDefault("cpu", "");
        if (!cpuLimit.isEmpty()) {
            resources.setCpuQuota(Math.max(CPU_QUOTA_MICROS_MIN, Amount.milli(cpuLimit) * CPU_PERIOD_MICROS / 1000));
        }
        String memory = limits.getOrDefault("memory", "");
        if (!memory.isEmpty()) {
            resources.setMemoryLimitInBytes(Amount.whole(memory));
        }
        return resources.build();
    }

    /// Who asked for little of the node's memory goes first when it runs out.
    private long oomScore() {
        return switch (Qos.of(pod)) {
            case GUARANTEED -> -997;
            case BEST_EFFORT -> 1000;
            case BURSTABLE -> {
                String request = container.resources().requests().getOrDefault("memory", "0");
                long score = 1000 - 1000 * Amount.whole(request) / Math.max(1, nodeMemoryBytes);
                yield Math.clamp(score, 3, 999);
            }
        };
    }

    private LinuxContainerSecurityContext security() {
        boolean privileged = SandboxSpec.privileged(container);
        var security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(SandboxSpec.namespaces(pod))
                .setPrivileged(privileged)
                .setSeccomp(seccomp(privileged));
        if (!privileged) {
            security.addAllMaskedPaths(MASKED).addAllReadonlyPaths(READ_ONLY);
        }
        PodSecurityContext shared = pod.spec().securityContext();
        if (shared != null) {
            if (shared.fsGroup() != null) {
                security.addSupplementalGroups(shared.fsGroup());
            }
            security.addAllSupplementalGroups(shared.supplementalGroups());
        }
        user(pod, container).ifPresent(uid -> {
            security.setRunAsUser(Int64Value.newBuilder().setValue(uid));
            group(pod, container)
                    .ifPresent(gid ->
                            security.setRunAsGroup(Int64Value.newBuilder().setValue(gid)));
        });
        SecurityContext own = container.securityContext();
        if (own != null) {
            security.setReadonlyRootfs(Boolean.TRUE.equals(own.readOnlyRootFilesystem()));
            security.setNoNewPrivs(Boolean.FALSE.equals(own.allowPrivilegeEscalation()) && !privileged);
            Capabilities capabilities = own.capabilities();
            if (capabilities != null) {
                security.setCapabilities(Capability.newBuilder()
                        .addAllAddCapabilities(plain(capabilities.add()))
                        .addAllDropCapabilities(plain(capabilities.drop())));
            }
        }
        return security.build();
    }

    private static List<String> plain(List<String> capabilities) {
        return capabilities.stream()
                .map(name -> name.startsWith("CAP_") ? name.substring(4) : name)
                .toList();
    }

    private SecurityProfile seccomp(boolean privileged) {
        SeccompProfile profile = either(SecurityContext::seccompProfile, PodSecurityContext::seccompProfile);
        var seccomp = SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.Unconfined);
        if (profile == null || privileged) {
            return seccomp.build();
        }
        return switch (profile.type()) {
            case "RuntimeDefault" ->
                seccomp.setProfileType(SecurityProfile.ProfileType.RuntimeDefault)
                        .build();
            case "Localhost" ->
                seccomp.setProfileType(SecurityProfile.ProfileType.Localhost)
                        .setLocalhostRef(profile.localhostProfile() == null ? "" : profile.localhostProfile())
                        .build();
            default -> seccomp.build();
        };
    }

    private <T> @Nullable T either(
            Function<SecurityContext, @Nullable T> own, Function<PodSecurityContext, @Nullable T> shared) {
        return either(pod, container, own, shared);
    }

    private static <T> @Nullable T either(
            Pod pod,
            Container container,
            Function<SecurityContext, @Nullable T> own,
            Function<PodSecurityContext, @Nullable T> shared) {
        SecurityContext first = container.securityContext();
        T value = first == null ? null : own.apply(first);
        if (value != null) {
            return value;
        }
        PodSecurityContext second = pod.spec().securityContext();
        return second == null ? null : shared.apply(second);
    }

    /// The user that the pod asks for; nothing leaves it to the image.
    static Optional<Long> user(Pod pod, Container container) {
        return Optional.ofNullable(either(pod, container, SecurityContext::runAsUser, PodSecurityContext::runAsUser));
    }

    static Optional<Long> group(Pod pod, Container container) {
        return Optional.ofNullable(either(pod, container, SecurityContext::runAsGroup, PodSecurityContext::runAsGroup));
    }

    static boolean mustNotBeRoot(Pod pod, Container container) {
        return Boolean.TRUE.equals(
                either(pod, container, SecurityContext::runAsNonRoot, PodSecurityContext::runAsNonRoot));
    }
}
