package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.HostAlias;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodDNSConfig;
import dev.shiplog.core.v1.PodSecurityContext;
import dev.shiplog.core.v1.PodSpec;
import java.util.HashSet;
import java.util.Map;

/// Rules for what a pod shall be, in a Pod or in a template of pods.
final class PodRules {
    private static final int NAMESERVERS_MAX = 3;
    private static final int SEARCHES_MAX = 32;

    private PodRules() {}

    static void check(PodSpec spec, Map<String, String> annotations, Path at, Causes causes) {
        var volumes = VolumeRules.check(spec.volumes(), at.field("volumes"), causes);
        ContainerRules.check(spec, volumes, at, causes);
        SchedulingRules.check(spec, at, causes);
        names(spec, at, causes);
        dns(spec, at, causes);
        PodSecurityContext security = spec.securityContext();
        if (security != null) {
            security(security, at.field("securityContext"), causes);
        }
        if (spec.hostPID() && Boolean.TRUE.equals(spec.shareProcessNamespace())) {
            causes.invalid(
                    at.field("shareProcessNamespace"),
                    true,
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        var gates = new HashSet<String>();
        for (int i = 0; i < spec.schedulingGates().size(); i++) {
            String gate = spec.schedulingGates().get(i).name();
            causes.invalid(at.field("schedulingGates").index(i), gate, Names.labelKey(gate));
            if (!gates.add(gate)) {
                causes.duplicate(at.field("schedulingGates").index(i), gate);
            }
        }
        for (int i = 0; i < spec.readinessGates().size(); i++) {
            String type = spec.readinessGates().get(i).conditionType();
            causes.invalid(at.field("readinessGates").index(i).field("conditionType"), type, Names.labelKey(type));
        }
    }

    private static void names(PodSpec spec, Path at, Causes causes) {
        subdomain(spec.serviceAccountName(), at.field("serviceAccountName"), causes);
        subdomain(spec.nodeName(), at.field("nodeName"), causes);
        subdomain(spec.priorityClassName(), at.field("priorityClassName"), causes);
        subdomain(spec.schedulerName(), at.field("schedulerName"), causes);
        label(spec.hostname(), at.field("hostname"), causes);
        label(spec.subdomain(), at.field("subdomain"), causes);
        for (int i = 0; i < spec.imagePullSecrets().size(); i++) {
            if (spec.imagePullSecrets().get(i).name().isEmpty()) {
                causes.required(at.field("imagePullSecrets").index(i).field("name"));
            }
        }
        for (int i = 0; i < spec.hostAliases().size(); i++) {
            HostAlias alias = spec.hostAliases().get(i);
            Path each = at.field("hostAliases").index(i);
            if (!alias.ip().isEmpty() && !Addresses.isIp(alias.ip())) {
                causes.invalid(
                        each.field("ip"), alias.ip(), "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
            for (int h = 0; h < alias.hostnames().size(); h++) {
                subdomain(alias.hostnames().get(h), each.field("hostnames").index(h), causes);
            }
        }
    }

    private static void subdomain(String name, Path at, Causes causes) {
        if (!name.isEmpty()) {
            causes.invalid(at, name, Names.dns1123Subdomain(name));
        }
    }

    private static void label(String name, Path at, Causes causes) {
        if (!name.isEmpty()) {
            causes.invalid(at, name, Names.dns1123Label(name));
        }
    }

    private static void dns(PodSpec spec, Path at, Causes causes) {
        PodDNSConfig config = spec.dnsConfig();
        Path servers = at.field("dnsConfig").field("nameservers");
        if (spec.dnsPolicy().equals("None")) {
            if (config == null) {
                causes.required(at.field("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
            } else if (config.nameservers().isEmpty()) {
                causes.required(servers, "must provide at least one DNS nameserver when `dnsPolicy` is None");
            }
        }
        if (config == null) {
            return;
        }
        if (config.nameservers().size() > NAMESERVERS_MAX) {
            causes.invalid(
                    servers, config.nameservers(), "must not have more than " + NAMESERVERS_MAX + " nameservers");
        }
        for (int i = 0; i < config.nameservers().size(); i++) {
            if (!Addresses.isIp(config.nameservers().get(i))) {
                causes.invalid(
                        servers.index(i),
                        config.nameservers().get(i),
                        "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
        }
        if (config.searches().size() > SEARCHES_MAX) {
            causes.invalid(
                    at.field("dnsConfig").field("searches"),
                    config.searches(),
                    "must not have more than " + SEARCHES_MAX + " search paths");
        }
    }

    private static void security(PodSecurityContext security, Path at, Causes causes) {
        for (int i = 0; i < security.supplementalGroups().size(); i++) {
            long group = security.supplementalGroups().get(i);
            if (group < 0 || group > Integer.MAX_VALUE) {
                causes.invalid(
                        at.field("supplementalGroups").index(i), group, "must be between 0 and 2147483647, inclusive");
            }
        }
        var names = new HashSet<String>();
        for (int i = 0; i < security.sysctls().size(); i++) {
            String name = security.sysctls().get(i).name();
            if (!name.isEmpty() && !name.matches("([a-z0-9][-_a-z0-9]*[./])*[a-z0-9][-_a-z0-9]*")) {
                causes.invalid(at.field("sysctls").index(i).field("name"), name, "must be the name of a sysctl");
            }
            if (!names.add(name)) {
                causes.duplicate(at.field("sysctls").index(i).field("name"), name);
            }
        }
    }

    static void create(Pod pod, Causes causes) {
        if (!pod.spec().ephemeralContainers().isEmpty()) {
            causes.forbidden(Path.of("spec", "ephemeralContainers"), "cannot be set on create");
        }
        if (!pod.spec().nodeName().isEmpty() && !pod.spec().schedulingGates().isEmpty()) {
            causes.forbidden(Path.of("spec", "nodeName"), "cannot be set until all schedulingGates have been cleared");
        }
    }
}
