package dev.shiplog.node.cri;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodDNSConfig;
import dev.shiplog.core.v1.PodSecurityContext;
import dev.shiplog.node.cri.v1.DNSConfig;
import dev.shiplog.node.cri.v1.Int64Value;
import dev.shiplog.node.cri.v1.LinuxPodSandboxConfig;
import dev.shiplog.node.cri.v1.LinuxSandboxSecurityContext;
import dev.shiplog.node.cri.v1.NamespaceMode;
import dev.shiplog.node.cri.v1.NamespaceOption;
import dev.shiplog.node.cri.v1.PodSandboxConfig;
import dev.shiplog.node.cri.v1.PodSandboxMetadata;
import dev.shiplog.node.cri.v1.SecurityProfile;
import dev.shiplog.node.pod.PodFacts;
import dev.shiplog.node.pod.Qos;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A pod's sandbox as the runtime wants it described. The same pod and attempt give the same description.
///
/// @param hostResolver the host's own resolv.conf, which pods inherit
public record SandboxSpec(String agent, Path logs, String hostResolver) {
    private static final int HOST_NAME_CHARACTERS_MAX = 63;

    public PodSandboxConfig of(Pod pod, int attempt) {
        var spec = pod.spec();
        var config = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(pod.metadata().name())
                        .setNamespace(pod.metadata().namespace())
                        .setUid(pod.metadata().uid())
                        .setAttempt(attempt))
                .setLogDirectory(logs.toString())
                .putAllLabels(Labels.of(pod, agent))
                .putAllAnnotations(pod.metadata().annotations())
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(cgroup(pod))
                        .setSecurityContext(security(pod)));
        if (!spec.hostNetwork()) {
            config.setHostname(hostName(pod));
        }
        PodSecurityContext context = spec.securityContext();
        if (context != null) {
            context.sysctls().forEach(sysctl -> config.getLinuxBuilder().putSysctls(sysctl.name(), sysctl.value()));
        }
        DNSConfig dns = dns(pod);
        if (dns != null) {
            config.setDnsConfig(dns);
        }
        return config.build();
    }

    /// The control group that holds all of the pod.
    public static String cgroup(Pod pod) {
        return "/shiplog/" + Qos.of(pod).text().toLowerCase(Locale.ROOT) + "/pod"
                + pod.metadata().uid();
    }

    static String hostName(Pod pod) {
        String name = pod.spec().hostname().isEmpty()
                ? pod.metadata().name()
                : pod.spec().hostname();
        if (name.length() <= HOST_NAME_CHARACTERS_MAX) {
            return name;
        }
        return name.substring(0, HOST_NAME_CHARACTERS_MAX).replaceAll("[-.]+$", "");
    }

    static NamespaceOption namespaces(Pod pod) {
        var spec = pod.spec();
        return NamespaceOption.newBuilder()
                .setNetwork(spec.hostNetwork() ? NamespaceMode.NODE : NamespaceMode.POD)
                .setIpc(spec.hostIPC() ? NamespaceMode.NODE : NamespaceMode.POD)
                .setPid(
                        spec.hostPID()
                                ? NamespaceMode.NODE
                                : Boolean.TRUE.equals(spec.shareProcessNamespace())
                                        ? NamespaceMode.POD
                                        : NamespaceMode.CONTAINER)
                .build();
    }

    private static LinuxSandboxSecurityContext security(Pod pod) {
        var security = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces(pod))
                .setPrivileged(PodFacts.containers(pod).anyMatch(SandboxSpec::privileged))
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
        PodSecurityContext context = pod.spec().securityContext();
        if (context == null) {
            return security.build();
        }
        if (context.runAsUser() != null) {
            security.setRunAsUser(Int64Value.newBuilder().setValue(context.runAsUser()));
        }
        if (context.runAsGroup() != null && context.runAsUser() != null) {
            security.setRunAsGroup(Int64Value.newBuilder().setValue(context.runAsGroup()));
        }
        if (context.fsGroup() != null) {
            security.addSupplementalGroups(context.fsGroup());
        }
        return security.addAllSupplementalGroups(context.supplementalGroups()).build();
    }

    static boolean privileged(Container container) {
        return container.securityContext() != null
                && Boolean.TRUE.equals(container.securityContext().privileged());
    }

    /// Null leaves the host's resolv.conf, which is what `Default` means, and `ClusterFirst` as long as the cluster has
    /// no
    /// name server of its own.
    private @Nullable DNSConfig dns(Pod pod) {
        PodDNSConfig wanted = pod.spec().dnsConfig();
        boolean none = pod.spec().dnsPolicy().equals("None");
        if (wanted == null) {
            return none ? DNSConfig.getDefaultInstance() : null;
        }
        var dns = DNSConfig.newBuilder();
        if (!none) {
            addHost(dns);
        }
        dns.addAllServers(wanted.nameservers()).addAllSearches(wanted.searches());
        wanted.options()
                .forEach(option ->
                        dns.addOptions(option.value() == null ? option.name() : option.name() + ":" + option.value()));
        return dns.build();
    }

    private void addHost(DNSConfig.Builder dns) {
        for (String line : hostResolver.lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            for (int i = 1; i < words.length; i++) {
                switch (words[0]) {
                    case "nameserver" -> dns.addServers(words[i]);
                    case "search" -> dns.addSearches(words[i]);
                    case "options" -> dns.addOptions(words[i]);
                    default -> {}
                }
            }
        }
    }
}
