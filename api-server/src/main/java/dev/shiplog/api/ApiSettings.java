package dev.shiplog.api;

import dev.shiplog.api.http.HttpSettings;
import java.util.ArrayList;

/// How an API server presents itself.
///
/// @param listen the address it listens on, such as `0.0.0.0`
/// @param port 0 = any free one
/// @param advertise the address under which others reach this host; goes into discovery and the `kubernetes` Service
/// @param version of Shiplog, `X.Y.Z`
/// @param commit empty when unknown
public record ApiSettings(String listen, int port, String advertise, String version, String commit) {

    public ApiSettings {
        var problems = new ArrayList<String>();
        if (listen.isBlank()) {
            problems.add("api listen address is blank");
        }
        if (advertise.isBlank()) {
            problems.add("api advertised address is blank");
        }
        if (port < 0 || port > 65_535) {
            problems.add("api port is %d, must be 0..65535".formatted(port));
        }
        if (version.isBlank()) {
            problems.add("version is blank");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    HttpSettings http() {
        return HttpSettings.of(listen, port);
    }
}
