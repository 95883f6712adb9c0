package dev.shiplog.node.pod;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A Service as the variables that tell containers of it.
public record ServiceLink(String name, String address, List<Port> ports) {

    /// One port of a Service; the name may be empty.
    public record Port(String name, int port, String protocol) {}

    public ServiceLink {
        ports = List.copyOf(ports);
    }

    public void addTo(Map<String, String> variables) {
        if (ports.isEmpty()) {
            return;
        }
        String prefix = variable(name);
        Port first = ports.getFirst();
        variables.put(prefix + "_SERVICE_HOST", address);
        variables.put(prefix + "_SERVICE_PORT", Integer.toString(first.port()));
        variables.put(prefix + "_PORT", url(first));
        for (Port port : ports) {
            if (!port.name().isEmpty()) {
                variables.put(prefix + "_SERVICE_PORT_" + variable(port.name()), Integer.toString(port.port()));
            }
            String each =
                    prefix + "_PORT_" + port.port() + "_" + port.protocol().toUpperCase(Locale.ROOT);
            variables.put(each, url(port));
            variables.put(each + "_PROTO", port.protocol().toLowerCase(Locale.ROOT));
            variables.put(each + "_PORT", Integer.toString(port.port()));
            variables.put(each + "_ADDR", address);
        }
    }

    private String url(Port port) {
        return port.protocol().toLowerCase(Locale.ROOT) + "://" + address + ":" + port.port();
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
