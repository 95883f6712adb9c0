package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.ServiceSpec;
import java.util.HashSet;
import java.util.List;

/// Rules for a Service: what fits its type, its ports, and that an address stays once given.
final class ServiceRules {
    private static final String HEADLESS = "None";
    private static final String NOT_AN_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    private static final Path SPEC = Path.of("spec");

    private ServiceRules() {}

    static void check(Service service, Causes causes) {
        ServiceSpec spec = service.spec();
        MetadataRules.labels(spec.selector(), SPEC.field("selector"), causes);
        switch (spec.type()) {
            case "ExternalName" -> externalName(spec, causes);
            case "NodePort", "LoadBalancer" -> exposed(spec, causes);
            default -> internal(spec, causes);
        }
        addresses(spec, causes);
        affinity(spec, causes);
        for (int i = 0; i < spec.ports().size(); i++) {
            port(spec, i, causes);
        }
        uniquePorts(spec.ports(), causes);
        networks(spec, causes);
    }

    private static void externalName(ServiceSpec spec, Causes causes) {
        if (!spec.clusterIP().isEmpty()) {
            causes.forbidden(SPEC.field("clusterIP"), "may not be set when `type` is 'ExternalName'");
        }
        if (spec.externalName().isEmpty()) {
            causes.required(SPEC.field("externalName"));
        } else {
            String name = spec.externalName().replaceAll("\\.$", "");
            causes.invalid(SPEC.field("externalName"), spec.externalName(), Names.dns1123Subdomain(name));
        }
    }

    private static void exposed(ServiceSpec spec, Causes causes) {
        if (spec.clusterIP().equals(HEADLESS)) {
            causes.invalid(
                    SPEC.field("clusterIPs").index(0),
                    HEADLESS,
                    "may not be set to 'None' for %s services".formatted(spec.type()));
        }
        if (spec.ports().isEmpty()) {
            causes.required(SPEC.field("ports"));
        }
    }

    private static void internal(ServiceSpec spec, Causes causes) {
        if (spec.ports().isEmpty() && !spec.clusterIP().equals(HEADLESS)) {
            causes.required(SPEC.field("ports"));
        }
        for (int i = 0; i < spec.ports().size(); i++) {
            if (spec.ports().get(i).nodePort() != 0) {
                causes.forbidden(
                        SPEC.field("ports").index(i).field("nodePort"), "may not be used when `type` is 'ClusterIP'");
            }
        }
        if (!spec.externalTrafficPolicy().isEmpty() && spec.externalIPs().isEmpty()) {
            causes.invalid(
                    SPEC.field("externalTrafficPolicy"),
                    spec.externalTrafficPolicy(),
                    "may only be set for externally-accessible services");
        }
        if (!spec.loadBalancerSourceRanges().isEmpty()) {
            causes.forbidden(SPEC.field("loadBalancerSourceRanges"), "may only be used when `type` is 'LoadBalancer'");
        }
    }

    private static void addresses(ServiceSpec spec, Causes causes) {
        for (int i = 0; i < spec.clusterIPs().size(); i++) {
            String ip = spec.clusterIPs().get(i);
            boolean headless = ip.equals(HEADLESS) && i == 0;
            if (!headless && !Addresses.isIp(ip)) {
                causes.invalid(SPEC.field("clusterIPs").index(i), ip, NOT_AN_IP);
            }
        }
        if (spec.clusterIPs().isEmpty()
                && !spec.clusterIP().isEmpty()
                && !spec.clusterIP().equals(HEADLESS)
                && !Addresses.isIp(spec.clusterIP())) {
            causes.invalid(SPEC.field("clusterIP"), spec.clusterIP(), NOT_AN_IP);
        }
        if (!spec.clusterIPs().isEmpty() && !spec.clusterIPs().getFirst().equals(spec.clusterIP())) {
            causes.invalid(SPEC.field("clusterIPs"), spec.clusterIPs(), "first value must match `clusterIP`");
        }
        for (int i = 0; i < spec.externalIPs().size(); i++) {
            if (!Addresses.isIp(spec.externalIPs().get(i))) {
                causes.invalid(
                        SPEC.field("externalIPs").index(i), spec.externalIPs().get(i), NOT_AN_IP);
            }
        }
    }

    private static void affinity(ServiceSpec spec, Causes causes) {
        if (spec.sessionAffinity().equals("None") && spec.sessionAffinityConfig() != null) {
            causes.forbidden(SPEC.field("sessionAffinityConfig"), "must not be set when session affinity is None");
        }
    }

    private static void port(ServiceSpec spec, int index, Causes causes) {
        ServicePort port = spec.ports().get(index);
        Path at = SPEC.field("ports").index(index);
        boolean several = spec.ports().size() > 1;
        if (port.name().isEmpty() && several) {
            causes.required(at.field("name"));
        } else if (!port.name().isEmpty()) {
            causes.invalid(at.field("name"), port.name(), Names.dns1123Label(port.name()));
        }
        PortRules.check(port.targetPort(), at.field("targetPort"), causes);
        if (spec.clusterIP().equals(HEADLESS) && port.targetPort() instanceof Integer target && target != port.port()) {
            causes.invalid(
                    at.field("targetPort"), target, "must be equal to the value of 'port' when clusterIP = None");
        }
        String protocol = port.appProtocol();
        if (protocol != null) {
            causes.invalid(at.field("appProtocol"), protocol, Names.labelKey(protocol));
        }
    }

    private static void uniquePorts(List<ServicePort> ports, Causes causes) {
        var names = new HashSet<String>();
        var numbers = new HashSet<String>();
        var nodePorts = new HashSet<String>();
        for (int i = 0; i < ports.size(); i++) {
            ServicePort port = ports.get(i);
            Path at = SPEC.field("ports").index(i);
            if (!port.name().isEmpty() && !names.add(port.name())) {
                causes.duplicate(at.field("name"), port.name());
            }
            if (!numbers.add(port.port() + "/" + port.protocol())) {
                causes.duplicate(
                        at,
                        ServicePort.EMPTY.toBuilder()
                                .port(port.port())
                                .protocol(port.protocol())
                                .build());
            }
            if (port.nodePort() != 0 && !nodePorts.add(port.nodePort() + "/" + port.protocol())) {
                causes.duplicate(at.field("nodePort"), port.nodePort());
            }
        }
    }

    private static void networks(ServiceSpec spec, Causes causes) {
        for (int i = 0; i < spec.loadBalancerSourceRanges().size(); i++) {
            String network = spec.loadBalancerSourceRanges().get(i).strip();
            if (!Addresses.isNetwork(network)) {
                causes.invalid(
                        SPEC.field("loadBalancerSourceRanges").index(i),
                        network,
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
        }
    }

    static void update(Service old, Service now, Causes causes) {
        boolean addressed =
                !old.spec().type().equals("ExternalName") && !now.spec().type().equals("ExternalName");
        String before = old.spec().clusterIP();
        if (addressed && !before.isEmpty() && !before.equals(now.spec().clusterIP())) {
            causes.invalid(SPEC.field("clusterIPs").index(0), now.spec().clusterIPs(), "may not change once set");
        }
    }
}
