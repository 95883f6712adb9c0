package dev.shiplog.standalone;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// A part of the cluster that can run in a process of its own. The order is the order of starting.
enum Role {
    BROKER,
    REGISTRY,
    API_SERVER,
    STORE,
    SCHEDULER,
    CONTROLLERS,
    NODE_AGENT,
    PROXY_AGENT;

    /// The name as it is typed and written: `api-server`.
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Role parse(String text) {
        return Arrays.stream(values())
                .filter(role -> role.text().equals(text.strip()))
                .findFirst()
                .orElseThrow(() -> new Stop(
                        ExitCode.USAGE,
                        "there is no role '%s'".formatted(text),
                        "Choose from " + Arrays.stream(values()).map(Role::text).collect(Collectors.joining(", "))));
    }

    static Set<Role> all() {
        return EnumSet.allOf(Role.class);
    }
}
