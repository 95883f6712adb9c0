package dev.shiplog.api.allocate;

import dev.shiplog.api.admission.Admission;
import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.admission.Attempt;
import dev.shiplog.api.admission.Draft;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Gives Services their addresses and node ports, and takes them back.
///
/// Each is a key of its own in the Service's transaction, expected absent: of two Services that choose the same one at
/// the same time, the journal lets one through, and the other chooses again.
public final class ServiceAllocation implements Admission {
    static final int NODE_PORT_FIRST = 30_000;
    static final int NODE_PORT_END = 32_768;
    /// See [Addresses#SERVICES_RESERVED].
    static final int NODE_PORTS_RESERVED = 86;

    static final String HEADLESS = "None";
    private static final Set<String> WITH_NODE_PORTS = Set.of("NodePort", "LoadBalancer");
    private static final String EXTERNAL_NAME = "ExternalName";

    @Override
    public ApiObject admit(Attempt attempt) {
        if (!attempt.of("", "services") || !attempt.subresource().isEmpty()) {
            return attempt.object();
        }
        Service service = (Service) attempt.object().content();
        return switch (attempt.kind()) {
            case CREATE -> attempt.object().replacing(allocated(attempt, service, null));
            case UPDATE -> {
                ApiObject old = attempt.old();
                yield attempt.object()
                        .replacing(allocated(attempt, service, old == null ? null : (Service) old.content()));
            }
            case REMOVE -> {
                addressOf(service.spec()).forEach(ip -> attempt.draft().release(Keys.ip(ip)));
                nodePortsOf(service.spec()).forEach(port -> attempt.draft().release(Keys.nodePort(port)));
                yield attempt.object();
            }
        };
    }

    private static Service allocated(Attempt attempt, Service service, @Nullable Service old) {
        ServiceSpec spec = withPorts(attempt, service, withAddress(attempt, service, old), old);
        return service.withSpec(spec);
    }

    // --- the cluster address

    private static ServiceSpec withAddress(Attempt attempt, Service service, @Nullable Service old) {
        Draft draft = attempt.draft();
        ServiceSpec spec = service.spec();
        Set<String> had = old == null ? Set.of() : addressOf(old.spec());
        if (spec.type().equals(EXTERNAL_NAME)) {
            had.forEach(ip -> draft.release(Keys.ip(ip)));
            boolean kept = old != null && spec.clusterIP().equals(old.spec().clusterIP());
            return kept || spec.clusterIP().isEmpty() ? withoutAddress(spec) : spec;
        }
        String asked = asked(spec, old);
        if (asked.equals(HEADLESS)) {
            return addressed(spec, HEADLESS);
        }
        if (had.contains(asked)) {
            return addressed(spec, asked);
        }
        if (!asked.isEmpty()) {
            claimAddress(draft, service, asked);
            return addressed(spec, asked);
        }
        String chosen = choose(draft, attempt.circumstances().random());
        if (chosen == null) {
            throw new StatusException(ApiStatus.internal("failed to allocate a serviceIP: range is full"));
        }
        draft.claim(Keys.ip(chosen), owner(service));
        return addressed(spec, chosen);
    }

    /// What is asked for: on an update, an empty address keeps the old one.
    private static String asked(ServiceSpec spec, @Nullable Service old) {
        String asked = spec.clusterIP().isEmpty() && !spec.clusterIPs().isEmpty()
                ? spec.clusterIPs().getFirst()
                : spec.clusterIP();
        if (asked.isEmpty() && old != null && !old.spec().type().equals(EXTERNAL_NAME)) {
            return old.spec().clusterIP();
        }
        return asked;
    }

    private static void claimAddress(Draft draft, Service service, String asked) {
        long address = Addresses.parse(asked);
        if (address < 0) {
            throw invalid(service, "spec.clusterIPs[0]", asked, "must be a valid IP address");
        }
        if (!Addresses.usableByService(address)) {
            throw invalid(
                    service,
                    "spec.clusterIPs",
                    "[" + asked + "]",
                    "failed to allocate IP %s: the provided IP (%s) is not in the valid range. The range of valid IPs is 10.43.0.0/16"
                            .formatted(asked, asked));
        }
        Key key = Keys.ip(asked);
        if (draft.has(key)) {
            throw invalid(
                    service,
                    "spec.clusterIPs",
                    "[" + asked + "]",
                    "failed to allocate IP " + asked + ": provided IP is already allocated");
        }
        draft.claim(key, owner(service));
    }

    private static @Nullable String choose(Draft draft, RandomGenerator random) {
        int offset = Choice.freeAbove(
                Addresses.SERVICES_RESERVED,
                1,
                Addresses.SERVICES_SIZE - 1,
                candidate -> draft.has(Keys.ip(Addresses.text(Addresses.SERVICES_FIRST + candidate))),
                random);
        return offset == Choice.NONE ? null : Addresses.text(Addresses.SERVICES_FIRST + offset);
    }

    private static ServiceSpec addressed(ServiceSpec spec, String address) {
        return spec.toBuilder()
                .clusterIP(address)
                .clusterIPs(List.of(address))
                .ipFamilies(spec.ipFamilies().isEmpty() ? List.of("IPv4") : spec.ipFamilies())
                .ipFamilyPolicy(spec.ipFamilyPolicy() == null ? "SingleStack" : spec.ipFamilyPolicy())
                .build();
    }

    private static ServiceSpec withoutAddress(ServiceSpec spec) {
        return spec.toBuilder()
                .clusterIP("")
                .clusterIPs(List.of())
                .ipFamilies(List.of())
                .ipFamilyPolicy(null)
                .build();
    }

    private static Set<String> addressOf(ServiceSpec spec) {
        boolean none = spec.clusterIP().isEmpty()
                || spec.clusterIP().equals(HEADLESS)
                || spec.type().equals(EXTERNAL_NAME);
        return none ? Set.of() : Set.of(spec.clusterIP());
    }

    // --- node ports

    private static ServiceSpec withPorts(Attempt attempt, Service service, ServiceSpec spec, @Nullable Service old) {
        Draft draft = attempt.draft();
        Set<Integer> had = old == null ? Set.of() : nodePortsOf(old.spec());
        boolean wanted = WITH_NODE_PORTS.contains(spec.type())
                && !(spec.type().equals("LoadBalancer") && Boolean.FALSE.equals(spec.allocateLoadBalancerNodePorts()));
        List<ServicePort> ports = wanted ? allocatedPorts(attempt, service, spec, old, had) : asGiven(spec, old);
        ServiceSpec changed = spec.withPorts(ports);
        var kept = nodePortsOf(changed);
        for (int port : had) {
            if (!kept.contains(port)) {
                draft.release(Keys.nodePort(port));
            }
        }
        return changed;
    }

    /// Of a Service without node ports: those that its former type had are dropped; new ones are left for validation to
    /// refuse.
    private static List<ServicePort> asGiven(ServiceSpec spec, @Nullable Service old) {
        if (old == null) {
            return spec.ports();
        }
        Set<Integer> had = nodePortsOf(old.spec());
        return spec.ports().stream()
                .map(port -> had.contains(port.nodePort()) ? port.withNodePort(0) : port)
                .toList();
    }

    private static List<ServicePort> allocatedPorts(
            Attempt attempt, Service service, ServiceSpec spec, @Nullable Service old, Set<Integer> had) {
        Draft draft = attempt.draft();
        Map<String, Integer> before = portsByName(old);
        Set<Integer> asked = new HashSet<>();
        spec.ports().forEach(port -> asked.add(port.nodePort()));
        Set<Integer> claimed = new HashSet<>(had);
        var ports = new ArrayList<ServicePort>();
        for (int i = 0; i < spec.ports().size(); i++) {
            ServicePort port = spec.ports().get(i);
            int number = port.nodePort();
            if (number == 0) {
                int kept = before.getOrDefault(identity(port), 0);
                number = kept != 0 && !asked.contains(kept) ? kept : choosePort(draft, service, attempt, asked);
                asked.add(number);
            }
            if (claimed.add(number)) {
                claimPort(draft, service, i, number);
            }
            ports.add(port.withNodePort(number));
        }
        return ports;
    }

    private static void claimPort(Draft draft, Service service, int index, int number) {
        String field = "spec.ports[" + index + "].nodePort";
        if (number < NODE_PORT_FIRST || number >= NODE_PORT_END) {
            throw invalid(
                    service,
                    field,
                    Integer.toString(number),
                    "provided port is not in the valid range. The range of valid ports is 30000-32767");
        }
        Key key = Keys.nodePort(number);
        if (draft.has(key)) {
            throw invalid(service, field, Integer.toString(number), "provided port is already allocated");
        }
        draft.claim(key, owner(service));
    }

    private static int choosePort(Draft draft, Service service, Attempt attempt, Set<Integer> asked) {
        int chosen = Choice.freeAbove(
                NODE_PORTS_RESERVED,
                NODE_PORT_FIRST,
                NODE_PORT_END,
                port -> asked.contains(port) || draft.has(Keys.nodePort(port)),
                attempt.circumstances().random());
        if (chosen == Choice.NONE) {
            throw new StatusException(ApiStatus.internal(
                    "failed to allocate a nodePort for " + service.metadata().name() + ": range is full"));
        }
        return chosen;
    }

    private static Map<String, Integer> portsByName(@Nullable Service old) {
        var ports = new HashMap<String, Integer>();
        if (old != null) {
            old.spec().ports().forEach(port -> ports.put(identity(port), port.nodePort()));
        }
        return ports;
    }

    private static String identity(ServicePort port) {
        return port.name() + "/" + port.protocol() + "/" + port.port();
    }

    private static Set<Integer> nodePortsOf(ServiceSpec spec) {
        var ports = new TreeSet<Integer>();
        if (WITH_NODE_PORTS.contains(spec.type())) {
            spec.ports().stream()
                    .map(ServicePort::nodePort)
                    .filter(port -> port != 0)
                    .forEach(ports::add);
        }
        return ports;
    }

    private static byte[] owner(Service service) {
        return (service.metadata().namespace() + "/" + service.metadata().name()).getBytes(StandardCharsets.UTF_8);
    }

    private static StatusException invalid(Service service, String field, String value, String why) {
        return new StatusException(ApiStatus.invalid(
                "",
                "Service",
                service.metadata().name(),
                List.of(new ApiStatus.Cause(
                        "FieldValueInvalid", "Invalid value: \"%s\": %s".formatted(value, why), field))));
    }
}
