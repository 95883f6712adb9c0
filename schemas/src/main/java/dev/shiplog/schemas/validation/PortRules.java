package dev.shiplog.schemas.validation;

import org.jspecify.annotations.Nullable;

/// Rules for a port that is given by number or by name.
final class PortRules {
    private static final int PORT_MAX = 65_535;

    private PortRules() {}

    static void check(@Nullable Object port, Path at, Causes causes) {
        switch (port) {
            case Integer number
            when number < 1 || number > PORT_MAX ->
                causes.invalid(at, number, "must be between 1 and 65535, inclusive");
            case String name -> causes.invalid(at, name, Names.portName(name));
            case null, default -> {}
        }
    }
}
