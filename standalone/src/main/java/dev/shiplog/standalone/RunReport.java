package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// What this process says of itself, for `status`. Gathers what each role contributes whenever it is written.
final class RunReport {
    private final Data data;
    private final Set<Role> roles;
    private final String clusterId;
    private final Instant startedAt = Instant.now();
    private final TreeMap<String, String> endpoints = new TreeMap<>();
    private final TreeMap<String, Consumer<ObjectNode>> contributions = new TreeMap<>();
    private boolean ready;

    RunReport(Data data, Set<Role> roles, String clusterId) {
        this.data = data;
        this.roles = roles;
        this.clusterId = clusterId;
    }

    synchronized void endpoint(String name, String address) {
        endpoints.put(name, address);
    }

    /// Has `contribution` add fields each time the report is written; one per `name`.
    synchronized void contribute(String name, Consumer<ObjectNode> contribution) {
        contributions.put(name, contribution);
    }

    synchronized void ready() {
        ready = true;
    }

    synchronized ObjectNode now() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        long pid = ProcessHandle.current().pid();
        report.put("pid", pid);
        report.put(
                "processStart",
                ProcessState.of(pid).map(ProcessState::startTicks).orElse(-1L));
        report.put("startedAt", startedAt.toString());
        report.put("version", Version.SHIPLOG)
                .put("clusterId", clusterId)
                .put("data", data.directory().toString());
        var names = report.putArray("roles");
        roles.forEach(role -> names.add(role.text()));
        ObjectNode addresses = report.putObject("endpoints");
        endpoints.forEach(addresses::put);
        report.put("ready", ready).put("rssMiB", rssMiB());
        contributions.values().forEach(contribution -> contribution.accept(report));
        return report;
    }

    private static long rssMiB() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1_024;
                }
            }
            return 0;
        } catch (IOException _) {
            return 0; // A figure to look at, not worth ending anything.
        }
    }
}
