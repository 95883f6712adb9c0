package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.EndpointAddress;
import dev.shiplog.core.v1.EndpointSubset;
import dev.shiplog.core.v1.Endpoints;
import dev.shiplog.discovery_k8s_io.v1.Endpoint;
import dev.shiplog.discovery_k8s_io.v1.EndpointPort;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rules for Endpoints and EndpointSlices: addresses and the names of ports.
final class EndpointRules {
    static final int ENDPOINTS_MAX = 1_000;
    static final int ADDRESSES_MAX = 100;
    static final int PORTS_MAX = 20_000;
    private static final String NOT_AN_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private EndpointRules() {}

    static void check(Endpoints endpoints, Causes causes) {
        for (int i = 0; i < endpoints.subsets().size(); i++) {
            EndpointSubset subset = endpoints.subsets().get(i);
            Path at = Path.of("subsets").index(i);
            if (subset.addresses().isEmpty() && subset.notReadyAddresses().isEmpty()) {
                causes.required(at, "must specify `addresses` or `notReadyAddresses`");
            }
            addresses(subset.addresses(), at.field("addresses"), causes);
            addresses(subset.notReadyAddresses(), at.field("notReadyAddresses"), causes);
            for (int p = 0; p < subset.ports().size(); p++) {
                String name = subset.ports().get(p).name();
                Path port = at.field("ports").index(p);
                if (name.isEmpty() && subset.ports().size() > 1) {
                    causes.required(port.field("name"));
                } else if (!name.isEmpty()) {
                    causes.invalid(port.field("name"), name, Names.dns1123Label(name));
                }
            }
        }
    }

    private static void addresses(List<EndpointAddress> addresses, Path at, Causes causes) {
        for (int i = 0; i < addresses.size(); i++) {
            EndpointAddress address = addresses.get(i);
            ip(address.ip(), at.index(i).field("ip"), causes);
            if (!address.hostname().isEmpty()) {
                causes.invalid(
                        at.index(i).field("hostname"), address.hostname(), Names.dns1123Label(address.hostname()));
            }
            String node = address.nodeName();
            if (node != null) {
                causes.invalid(at.index(i).field("nodeName"), node, Names.dns1123Subdomain(node));
            }
        }
    }

    private static void ip(String ip, Path at, Causes causes) {
        if (ip.isEmpty()) {
            return; // required says the schema
        }
        if (!Addresses.isIp(ip)) {
            causes.invalid(at, ip, NOT_AN_IP);
            return;
        }
        @Nullable String unfit = Addresses.unfitForEndpoint(ip);
        if (unfit != null) {
            causes.invalid(at, ip, unfit);
        }
    }

    static void check(EndpointSlice slice, Causes causes) {
        if (slice.endpoints().size() > ENDPOINTS_MAX) {
            causes.tooMany(Path.of("endpoints"), slice.endpoints().size(), ENDPOINTS_MAX);
            return;
        }
        for (int i = 0; i < slice.endpoints().size(); i++) {
            endpoint(
                    slice.addressType(),
                    slice.endpoints().get(i),
                    Path.of("endpoints").index(i),
                    causes);
        }
        if (slice.ports().size() > PORTS_MAX) {
            causes.tooMany(Path.of("ports"), slice.ports().size(), PORTS_MAX);
            return;
        }
        var names = new HashSet<String>();
        for (int i = 0; i < slice.ports().size(); i++) {
            EndpointPort port = slice.ports().get(i);
            Path at = Path.of("ports").index(i).field("name");
            String name = port.name() == null ? "" : port.name();
            if (!name.isEmpty()) {
                causes.invalid(at, name, Names.dns1123Label(name));
            }
            if (!names.add(name)) {
                causes.duplicate(at, name);
            }
        }
    }

    private static void endpoint(String type, Endpoint endpoint, Path at, Causes causes) {
        if (endpoint.addresses().size() > ADDRESSES_MAX) {
            causes.tooMany(at.field("addresses"), endpoint.addresses().size(), ADDRESSES_MAX);
        }
        for (int i = 0; i < endpoint.addresses().size(); i++) {
            address(type, endpoint.addresses().get(i), at.field("addresses").index(i), causes);
        }
        String node = endpoint.nodeName();
        if (node != null) {
            causes.invalid(at.field("nodeName"), node, Names.dns1123Subdomain(node));
        }
        String zone = endpoint.zone();
        if (zone != null) {
            causes.invalid(at.field("zone"), zone, Names.labelValue(zone));
        }
        String hostname = endpoint.hostname();
        if (hostname != null) {
            causes.invalid(at.field("hostname"), hostname, Names.dns1123Label(hostname));
        }
    }

    private static void address(String type, String address, Path at, Causes causes) {
        switch (type) {
            case "IPv4" -> {
                if (Addresses.isV4(address)) {
                    ip(address, at, causes);
                } else {
                    causes.invalid(at, address, "must be an IPv4 address");
                }
            }
            case "IPv6" -> {
                if (Addresses.isV6(address)) {
                    ip(address, at, causes);
                } else {
                    causes.invalid(at, address, "must be an IPv6 address");
                }
            }
            case "FQDN" -> causes.invalid(at, address, Names.dns1123Subdomain(address));
            default -> {} // the schema refuses any other type
        }
    }
}
