package dev.shiplog.schemas.registry;

import java.util.ArrayList;

/// Where the embedded registry listens and whom it lets in. Port 0 takes a free one.
public record RegistrySettings(String host, int port, String user, String password) {

    public RegistrySettings {
        var problems = new ArrayList<String>();
        if (host.isBlank()) {
            problems.add("registry.host is blank");
        }
        if (port < 0 || port > 65_535) {
            problems.add("registry.port is %d, must be 0..65535".formatted(port));
        }
        if (user.isBlank() || user.indexOf(':') >= 0) {
            problems.add("registry.user must not be blank nor contain ':'");
        }
        if (password.isBlank()) {
            problems.add("registry.password is blank");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    @Override
    public String toString() {
        return "RegistrySettings[" + host + ":" + port + ", " + user + "]";
    }
}
