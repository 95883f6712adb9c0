package dev.shiplog.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags of `up`.
final class UpOptions {
    static final int HOLLOW_NODES_DEFAULT = 3;
    static final int HOLLOW_NODES_MAX = 10_000;
    static final int PARTITIONS_MAX = 1_024;

    @Option(names = "--detach", description = "return when the API, and the node if there is one, are ready")
    boolean detach;

    @Option(names = "--roles", split = ",", paramLabel = "R", description = "which parts to run (default: all)")
    @Nullable
    List<String> roles;

    @Option(names = "--bootstrap-servers", paramLabel = "H:P,…", description = "use an existing Kafka")
    @Nullable
    String bootstrapServers;

    @Option(names = "--kafka-config", paramLabel = "FILE", description = "client and broker settings")
    @Nullable
    Path kafkaConfig;

    @Option(names = "--runtime", paramLabel = "cri|hollow", description = "what runs the containers (root: cri)")
    @Nullable
    String runtime;

    @Option(names = "--hollow-nodes", paramLabel = "N", description = "how many hollow nodes (default: 3)")
    int hollowNodes = HOLLOW_NODES_DEFAULT;

    @Option(
            names = "--cri-endpoint",
            paramLabel = "unix://…",
            description = "a CRI runtime (default: an own containerd)")
    @Nullable
    String criEndpoint;

    @Option(names = "--node-name", paramLabel = "N", description = "the node's name (default: the host's)")
    @Nullable
    String nodeName;

    @Option(names = "--listen", paramLabel = "ADDR", description = "where the API and the agent listen (default: all)")
    String listen = "0.0.0.0";

    @Option(names = "--kafka-listen", paramLabel = "ADDR", description = "where the broker listens (default: loopback)")
    String kafkaListen = "127.0.0.1";

    @Option(names = "--port-offset", paramLabel = "N", description = "added to every port")
    int portOffset;

    @Option(names = "--partitions", paramLabel = "N", description = "of objects and requests, fixed at creation")
    int partitions = 16;

    @Option(names = "--controllers", split = ",", paramLabel = "*,-NAME", description = "which controllers run")
    List<String> controllers = List.of("*");

    @Option(names = "--no-install", description = "install no packages; name what is missing instead")
    boolean noInstall;

    /// What runs containers on this host.
    enum ContainerRuntime {
        CRI,
        HOLLOW
    }

    Set<Role> roles() {
        if (roles == null) {
            var all = EnumSet.allOf(Role.class);
            if (bootstrapServers != null) {
                all.remove(Role.BROKER);
            }
            return all;
        }
        var chosen = EnumSet.noneOf(Role.class);
        roles.forEach(role -> chosen.add(Role.parse(role)));
        if (bootstrapServers != null && chosen.contains(Role.BROKER)) {
            throw new Stop(
                    ExitCode.USAGE,
                    "the role broker and --bootstrap-servers exclude each other",
                    "Leave out the one you do not mean");
        }
        return chosen;
    }

    ContainerRuntime runtime() {
        if (runtime == null) {
            return isRoot() ? ContainerRuntime.CRI : ContainerRuntime.HOLLOW;
        }
        return switch (runtime) {
            case "cri" -> {
                if (!isRoot()) {
                    throw new Stop(
                            ExitCode.PREREQUISITE,
                            "--runtime cri needs root",
                            "Run it as root, or with --runtime hollow");
                }
                yield ContainerRuntime.CRI;
            }
            case "hollow" -> ContainerRuntime.HOLLOW;
            default ->
                throw new Stop(
                        ExitCode.USAGE, "there is no runtime '%s'".formatted(runtime), "Choose from cri, hollow");
        };
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /// Names every problem at once.
    void check() {
        var problems = new ArrayList<String>();
        if (hollowNodes < 1 || hollowNodes > HOLLOW_NODES_MAX) {
            problems.add("--hollow-nodes is %d, must be 1..%d".formatted(hollowNodes, HOLLOW_NODES_MAX));
        }
        if (partitions < 1 || partitions > PARTITIONS_MAX) {
            problems.add("--partitions is %d, must be 1..%d".formatted(partitions, PARTITIONS_MAX));
        }
        if (criEndpoint != null && !criEndpoint.startsWith("unix://")) {
            problems.add("--cri-endpoint is %s, must begin with unix://".formatted(criEndpoint));
        }
        if (nodeName != null && !nodeName.matches("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")) {
            problems.add("--node-name is %s, must be a DNS name in lower case".formatted(nodeName));
        }
        if (!problems.isEmpty()) {
            throw new Stop(ExitCode.USAGE, String.join("; ", problems), "Correct the flags");
        }
        roles();
        runtime();
        new Ports(portOffset);
    }
}
