package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private final boolean onePerRole;

    private Cluster() throws IOException {
        root = Path.of("..").toAbsolutePath().normalize();
        data = Files.createTempDirectory("shiplog-e2e-");
        shell = new Shell(root, Map.of("SHIPLOG_DATA", data.toString()));
        onePerRole = "process-per-role".equals(System.getProperty("shiplog.e2e.layout"));
        up();
        shell.run("examples/images/busybox.sh %s/busybox.tar && ./shiplog images import %s/busybox.tar"
                        .formatted(data, data))
                .succeeded();
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
                return new Cluster();
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        }
    }

    /// Starts what does not run, and returns when all of it is ready.
    void up() throws IOException {
        if (!onePerRole) {
            shell.run("./shiplog up --detach").succeeded();
            return;
        }
        for (String role : ROLES) {
            upInBackground(role);
        }
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            JsonNode status = status();
            return status.path("ready").asBoolean() && status.path("roles").size() == ROLES.size();
        });
    }

    void upInBackground(String role) throws IOException {
        shell.start("./shiplog up --roles " + role, data.resolve("e2e-" + role + ".log"));
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

    /// Ends the process that runs a role, as a power cut would.
    void kill9(String role) {
        long pid = status().path("pids").path(role).asLong();
        assertThat(pid).as("pid of " + role).isPositive();
        shell.run("kill -9 " + pid).succeeded();
        Awaitility.await().until(() -> !Files.exists(Path.of("/proc/" + pid)));
    }

    boolean onePerRole() {
        return onePerRole;
    }

    @Override
    public void close() {
        shell.run("./shiplog down --purge").succeeded();
    }
}
