package dev.shiplog.node;

import dev.shiplog.node.api.Tls;
import dev.shiplog.schemas.KafkaEndpoint;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Everything a node agent must be told.
///
/// @param data where images, volumes and logs are kept
/// @param run where sockets and running state are; `/run/shiplog` but in tests
/// @param nodeName of the node; hollow nodes are called `hollow-00000` and so on
/// @param apiServer such as `https://127.0.0.1:6443`
/// @param tls what the agent shows to the API server and serves its port with. Hollow nodes share one identity, which
/// must
///     be allowed to speak for all of them
/// @param criEndpoint `unix://…` of a runtime that runs already; empty for a containerd of our own
/// @param listen the address of the agent's port
/// @param port of the agent, 10250 but for an offset
/// @param healthPort of the agent's health, on loopback; 10248 but for an offset
/// @param serviceAddress of the Service `kubernetes`
/// @param version as `kubelet --version` would tell it, such as `v1.36.0+shiplog.0.1.0`
public record NodeSettings(
        Kind kind,
        Path data,
        Path run,
        String nodeName,
        int hollowNodes,
        String apiServer,
        Tls tls,
        KafkaEndpoint kafka,
        RegistryEndpoint registry,
        String criEndpoint,
        String bridge,
        String listen,
        int port,
        int healthPort,
        String serviceAddress,
        String version) {
    public static final int HOLLOW_NODES_MAX = 10_000;
    public static final Path RUN = Path.of("/run/shiplog");
    public static final String BRIDGE = "shiplog0";

    /// What the pods run in.
    public enum Kind {
        CRI,
        HOLLOW
    }

    public NodeSettings {
        List<String> problems = new ArrayList<>();
        if (kind == Kind.CRI && nodeName.isBlank()) {
            problems.add("node-name is blank");
        }
        if (kind == Kind.HOLLOW && (hollowNodes < 1 || hollowNodes > HOLLOW_NODES_MAX)) {
            problems.add("hollow-nodes is %d, must be 1..%d".formatted(hollowNodes, HOLLOW_NODES_MAX));
        }
        if (!criEndpoint.isEmpty() && !criEndpoint.startsWith("unix://")) {
            problems.add("cri-endpoint is " + criEndpoint + ", must begin with unix://");
        }
        if (!apiServer.startsWith("https://")) {
            problems.add("the API server's address is " + apiServer + ", must begin with https://");
        }
        for (int each : List.of(port, healthPort)) {
            if (each < 0 || each > 65_535) {
                problems.add("port is %d, must be 0..65535".formatted(each));
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }
}
