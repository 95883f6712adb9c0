package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.node.api.ApiAnswer;
import dev.shiplog.node.api.ApiClient;
import dev.shiplog.node.api.Tls;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// Does briefly, on data of its own, what this program does for long, so that a JVM which records it can write the
/// class
/// archive that later ones start from ([JEP 514](https://openjdk.org/jeps/514)).
///
/// Arguments: `server` or `cli`, as the files of JVM options are called; an empty directory. Exit code 0 when all of it
/// happened: only then is an archive worth keeping.
public final class RehearsalMain {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 50;

    /// Below the ports that Linux gives to whoever asks for any.
    private static final int OFFSET_FIRST = 10_000;

    private static final int OFFSET_LAST = 21_000;
    private static final int OFFSET_STEP = 250;

    private static final int REPLICAS = 3;
    private static final String DEPLOYMENT = """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"rehearsal"},
             "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"rehearsal"}},
              "template":{"metadata":{"labels":{"app":"rehearsal"}},
               "spec":{"containers":[{"name":"c","image":"example.org/none:1"}]}}}}
            """.formatted(REPLICAS);
    private static final String SERVICE = """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"rehearsal"},
             "spec":{"selector":{"app":"rehearsal"},"ports":[{"port":80}]}}
            """;

    private RehearsalMain() {}

    public static void main(String[] arguments) throws Exception {
        var data = new Data(Path.of(arguments[1]));
        switch (arguments[0]) {
            case "server" -> server(data);
            case "cli" -> commands(data);
            default -> throw new IllegalArgumentException("neither server nor cli: " + arguments[0]);
        }
        System.exit(ExitCode.DONE.code());
    }

    private static void commands(Data data) throws IOException {
        Main.run("--version");
        Main.run("up", "--help");
        Files.createDirectories(data.processes());
        Main.run("status", "--json", "--data", data.directory().toString());
        Main.run("down", "--data", data.directory().toString());
    }

    private static void server(Data data) throws IOException, InterruptedException, TimeoutException {
        int offset = freeOffset();
        Thread.ofPlatform()
                .name("up")
                .daemon()
                .start(() -> System.exit(Main.run(
                        "up",
                        "--runtime",
                        "hollow",
                        "--port-offset",
                        String.valueOf(offset),
                        "--data",
                        data.directory().toString())));
        await(() -> new Processes(data)
                .living().stream().anyMatch(report -> report.path("ready").asBoolean()));
        var tls = new Tls(
                data.pki().resolve("ca.crt"),
                data.pki().resolve("admin.crt"),
                data.pki().resolve("admin.key"));
        try (var api = new ApiClient("https://127.0.0.1:" + new Ports(offset).api(), tls)) {
            work(api);
        }
        askNoRuntime(data.directory().resolve("no-runtime.sock"));
    }

    /// A Deployment and a Service, until every part has had something to do.
    private static void work(ApiClient api) throws IOException, InterruptedException, TimeoutException {
        var json = new ObjectMapper();
        require(api.post("/apis/apps/v1/namespaces/default/deployments", json.readTree(DEPLOYMENT)));
        require(api.post("/api/v1/namespaces/default/services", json.readTree(SERVICE)));
        await(() -> {
            JsonNode pods = api.get("/api/v1/namespaces/default/pods").body().path("items");
            return IntStream.range(0, pods.size())
                            .filter(i -> pods.get(i)
                                    .path("status")
                                    .path("phase")
                                    .asText()
                                    .equals("Running"))
                            .count()
                    >= REPLICAS;
        });
    }

    private static void require(ApiAnswer answer) throws IOException {
        if (answer.code() != 201) {
            throw new IOException("the API server answered " + answer.code());
        }
    }

    /// Hollow nodes have no container runtime; the way to one is long, and worth being in the archive.
    private static void askNoRuntime(Path socket) {
        try (var runtime = new CriClient("unix://" + socket)) {
            runtime.version();
        } catch (CriException _) {
            // Nobody listens there.
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("it takes longer than " + PATIENCE.toMinutes() + " minutes");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static int freeOffset() throws IOException {
        for (int offset = OFFSET_FIRST; offset <= OFFSET_LAST; offset += OFFSET_STEP) {
            var ports = new Ports(offset);
            if (IntStream.of(
                            ports.api(),
                            ports.kafka(),
                            ports.kraft(),
                            ports.registry(),
                            ports.agent(),
                            ports.agentHealth())
                    .allMatch(RehearsalMain::free)) {
                return offset;
            }
        }
        throw new IOException("no free ports");
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
