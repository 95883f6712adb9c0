package dev.shiplog.standalone.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// One real cluster, shared by all end-to-end tests of a run; tests keep apart by namespaces.
///
/// It runs in one JVM, or with one process per role, as `-Dshiplog.e2e.layout` says.
final class Cluster implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ROLES = List.of(
            "broker", "registry", "store", "api-server", "scheduler", "controllers", "node-agent", "proxy-agent");

    private final Path root;
    private final Path data;
    private final Shell shell;
    private final String flags;

    private Cluster(Shell shell, String flags) {
        this.root = Path.of("..").toAbsolutePath().normalize();
        this.shell = shell;
        this.data = Path.of(shell.environment("SHIPLOG_DATA"));
        this.flags = flags;
    }

    private static Shell shellWithData() throws IOException {
        Path data = Files.createTempDirectory("shiplog-e2e-");
        return new Shell(Path.of(".."), Map.of("SHIPLOG_DATA", data.toString()));
    }

    private static Cluster shared() throws IOException {
        Cluster cluster = on(shellWithData());
        cluster.up();
        cluster.importImages();
        return cluster;
    }

    /// A cluster with a real node that is not up yet.
    ///
    /// @param shell whose environment says where its data lies
    static Cluster on(Shell shell) {
        return new Cluster(shell, "");
    }

    void importImages() {
        run("mkdir -p %1$s && examples/images/busybox.sh %1$s/busybox.tar && ./shiplog images import %1$s/busybox.tar"
                        .formatted(data))
                .succeeded();
    }

    /// Another cluster beside the shared one, on hollow nodes, which is not up yet.
    ///
    /// @param portOffset a number of its own
    static Cluster hollow(int nodes, int portOffset) throws IOException {
        return new Cluster(
                shellWithData(), "--runtime hollow --hollow-nodes %d --port-offset %d".formatted(nodes, portOffset));
    }

    static boolean processPerRole() {
        return "process-per-role".equals(System.getProperty("shiplog.e2e.layout"));
    }

    /// Hands the cluster to a test that asks for one.
    static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Cluster.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Cluster.class, _ -> open(), Cluster.class);
        }

        private static Cluster open() {
            try {
                return shared();
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        }
    }

    /// Starts what does not run, and returns when all of it is ready.
    void up() throws IOException {
        if (!processPerRole()) {
            shell.run("./shiplog up --detach --timeout 5m " + flags).succeeded();
            return;
        }
        Files.createDirectories(data);
        for (String role : ROLES) {
            shell.start("./shiplog up --roles %s %s".formatted(role, flags), data.resolve("e2e-" + role + ".log"));
        }
        awaitReady();
    }

    /// Starts the process of a role that was killed, and returns when it is ready.
    void upAgain(String role) {
        upAgain(role, flags);
    }

    private void upAgain(String role, String changedFlags) {
        String roles = processPerRole() ? "--roles " + role : "";
        shell.run("./shiplog up --detach --timeout 5m %s %s".formatted(roles, changedFlags))
                .succeeded();
        awaitReady();
    }

    /// Ends the process that runs the hollow nodes and starts it with fewer: the last ones are heard of no more.
    void restartWithHollowNodes(int nodes) {
        kill9("node-agent");
        upAgain("node-agent", flags.replaceAll("--hollow-nodes \\d+", "--hollow-nodes " + nodes));
    }

    private void awaitReady() {
        Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> {
            JsonNode status = status();
            return status.path("ready").asBoolean() && status.path("roles").size() == ROLES.size();
        });
    }

    AdminClient admin() throws IOException, GeneralSecurityException {
        return new AdminClient(data, status().path("endpoints").path("api").asText());
    }

    Path data() {
        return data;
    }

    Path root() {
        return root;
    }

    Shell shell() {
        return shell;
    }

    Shell.Ended run(String line) {
        return shell.run(line);
    }

    Shell.Ended kubectl(String arguments) {
        return shell.run("./shiplog kubectl " + arguments);
    }

    /// What a kubectl command prints that has to succeed.
    String kubectlOut(String arguments) {
        return kubectl(arguments).succeeded().out();
    }

    JsonNode json(String arguments) {
        try {
            return JSON.readTree(kubectlOut(arguments + " -o json"));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    JsonNode status() {
        try {
            return JSON.readTree(shell.run("./shiplog status --json").out());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /// Applies a manifest. Its subcommands that build objects themselves (`create configmap`) send protobuf since
    /// kubectl 1.32, which is not spoken yet.
    Shell.Ended apply(String yaml) {
        try {
            Path file = Files.createTempFile(data, "manifest", ".yaml");
            Files.writeString(file, yaml);
            return kubectl("apply -f " + file);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /// A Deployment of busybox that sleeps.
    void deploy(String namespace, String name, int replicas) {
        apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, namespace: %s, labels: {app: %s}}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - {name: busybox, image: "localhost/busybox:1", command: [sleep, "100000"]}
                """.formatted(name, namespace, name, replicas, name, name)).succeeded();
    }

    /// Creates a namespace for one test and waits until pods may be created in it.
    String namespace(String name) {
        apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name))
                .succeeded();
        Awaitility.await()
                .until(() -> kubectl("get serviceaccount default -n " + name).code() == 0);
        return name;
    }

    /// Ends the process that runs a role, as a power cut would, and does not look whether it is gone.
    void kill9(String role) {
        String pid = processPerRole() ? ".pids[\"%s\"]".formatted(role) : ".pid";
        shell.run("kill -9 $(jq -e '%s' %s/run.json)".formatted(pid, data)).succeeded();
    }

    @Override
    public void close() {
        shell.run("./shiplog down --purge").succeeded();
    }
}
