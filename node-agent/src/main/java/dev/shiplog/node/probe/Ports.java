package dev.shiplog.node.probe;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ContainerPort;
import org.jspecify.annotations.Nullable;

/// Finds the number of a port that may be given by name.
final class Ports {
    private Ports() {}

    /// The number of a port, or -1 when there is no such port.
    ///
    /// @param port an Integer, or a String that names a port of the container or is a number
    static int number(@Nullable Object port, Container container) {
        if (port instanceof Integer number) {
            return number;
        }
        if (!(port instanceof String name)) {
            return -1;
        }
        return container.ports().stream()
                .filter(each -> each.name().equals(name))
                .map(ContainerPort::containerPort)
                .findFirst()
                .orElseGet(() -> name.chars().allMatch(Character::isDigit) ? Integer.parseInt(name) : -1);
    }
}
