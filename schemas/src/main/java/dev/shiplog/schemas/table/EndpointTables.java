package dev.shiplog.schemas.table;

import dev.shiplog.core.v1.EndpointAddress;
import dev.shiplog.core.v1.EndpointPort;
import dev.shiplog.core.v1.EndpointSubset;
import dev.shiplog.core.v1.Endpoints;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Endpoints and EndpointSlices as tables.
final class EndpointTables {
    private static final int SHOWN_MAX = 3;

    static final Shape ENDPOINTS = Shape.computed(
            Endpoints.class,
            List.of(Column.ofName(), Column.text("Endpoints", "Addresses and ports, as many as fit."), Column.ofAge()),
            EndpointTables::endpoints);
    static final Shape SLICES = Shape.computed(
            EndpointSlice.class,
            List.of(
                    Column.ofName(),
                    Column.text("AddressType", "What its addresses are."),
                    Column.text("Ports", "Its ports, as many as fit."),
                    Column.text("Endpoints", "Its addresses, as many as fit."),
                    Column.ofAge()),
            EndpointTables::slice);

    private EndpointTables() {}

    private static List<@Nullable Object> endpoints(Endpoints endpoints, Instant now) {
        var all = new ArrayList<String>();
        for (EndpointSubset subset : endpoints.subsets()) {
            for (EndpointAddress address : subset.addresses()) {
                if (subset.ports().isEmpty()) {
                    all.add(address.ip());
                }
            }
            for (EndpointPort port : subset.ports()) {
                for (EndpointAddress address : subset.addresses()) {
                    boolean v6 = address.ip().indexOf(':') >= 0;
                    all.add((v6 ? "[" + address.ip() + "]" : address.ip()) + ":" + port.port());
                }
            }
        }
        return Arrays.asList(
                endpoints.metadata().name(),
                Texts.some(all, SHOWN_MAX, Texts.NONE),
                Ages.since(endpoints.metadata().creationTimestamp(), now));
    }

    private static List<@Nullable Object> slice(EndpointSlice slice, Instant now) {
        var ports = slice.ports().stream()
                .map(port -> {
                    Integer number = port.port();
                    return number != null ? Integer.toString(number) : port.name() != null ? port.name() : "*";
                })
                .toList();
        var addresses = slice.endpoints().stream()
                .flatMap(endpoint -> endpoint.addresses().stream())
                .toList();
        return Arrays.asList(
                slice.metadata().name(),
                slice.addressType(),
                Texts.some(ports, SHOWN_MAX, "<unset>"),
                Texts.some(addresses, SHOWN_MAX, "<unset>"),
                Ages.since(slice.metadata().creationTimestamp(), now));
    }
}
