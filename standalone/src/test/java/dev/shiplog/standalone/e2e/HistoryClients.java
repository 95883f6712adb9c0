package dev.shiplog.standalone.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiplog.store.check.Operation;
import dev.shiplog.store.check.Operation.Kind;
import dev.shiplog.store.check.Operation.Step;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Clients that create, update, delete and read a few ConfigMaps against each other, whatever becomes of the cluster
/// meanwhile, and write down what they heard.
final class HistoryClients implements AutoCloseable {
    private static final List<Kind> KINDS = List.of(Kind.values());
    private static final int CLIENTS = 8;
    private static final int KEYS = 6;
    /// So that they leave the cluster time for its other work.
    private static final Duration PACE = Duration.ofMillis(50);

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(90);

    /// A client whose answer is unknown goes on under another name: its last operation may still happen.
    private static final int NAMES_PER_CLIENT = 1_000_000;

    private final AdminClient admin;
    private final String maps;
    private final long seed;
    private final List<Operation> history = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private HistoryClients(AdminClient admin, String namespace, long seed) {
        this.admin = admin;
        this.maps = "/api/v1/namespaces/" + namespace + "/configmaps";
        this.seed = seed;
    }

    static HistoryClients start(AdminClient admin, String namespace, long seed) {
        var clients = new HistoryClients(admin, namespace, seed);
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.threads.add(Thread.ofVirtual().start(() -> clients.run(client)));
        }
        return clients;
    }

    int count() {
        return history.size();
    }

    /// Ends the clients; answers what they wrote down.
    List<Operation> finish() throws InterruptedException {
        closed = true;
        for (Thread thread : threads) {
            if (!thread.join(ANSWER_WITHIN)) {
                throw new AssertionError("a client still waits for an answer");
            }
        }
        return List.copyOf(history);
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
    }

    private void run(int client) {
        var random = new Random(seed + client);
        long process = (long) client * NAMES_PER_CLIENT;
        Map<Integer, Long> known = new HashMap<>();
        for (int i = 0; !closed && paused(); i++) {
            int key = random.nextInt(KEYS);
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            @Nullable Long expect = kind == Kind.UPDATE || kind == Kind.DELETE ? known.get(key) : null;
            String value = kind == Kind.CREATE || kind == Kind.UPDATE ? process + "." + i : null;
            @Nullable Long expected = random.nextInt(3) > 0 ? expect : null;
            var asked = new Step(kind, "h" + key, value, expected, null);
            long invoked = System.nanoTime();
            try {
                @Nullable Step answered = ask(asked);
                if (answered != null) {
                    history.add(new Operation(process, List.of(answered), invoked, System.nanoTime()));
                    known.compute(key, (_, _) -> answered.revision());
                }
            } catch (ConnectException | HttpConnectTimeoutException _) {
                // It never left: certainly not done.
            } catch (IOException _) {
                if (kind != Kind.GET) {
                    history.add(new Operation(process, List.of(asked), invoked, Operation.NEVER));
                }
                process++;
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private static boolean paused() {
        try {
            Thread.sleep(PACE);
            return true;
        } catch (InterruptedException _) {
            return false;
        }
    }

    /// The step with its answer; null when it was refused, and so not done.
    ///
    /// @throws IOException when nobody knows whether it was done
    private @Nullable Step ask(Step step) throws IOException, InterruptedException {
        String path = maps + "/" + step.key();
        String map =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\"%s},\"data\":{\"v\":\"%s\"}}"
                        .formatted(
                                step.key(),
                                step.expect() == null ? "" : ",\"resourceVersion\":\"%d\"".formatted(step.expect()),
                                step.value());
        AdminClient.Answer answer = switch (step.kind()) {
            case CREATE -> admin.post(maps, map);
            case UPDATE -> admin.put(path, map);
            case DELETE ->
                admin.delete(
                        path,
                        step.expect() == null
                                ? "{}"
                                : "{\"preconditions\":{\"resourceVersion\":\"%d\"}}".formatted(step.expect()));
            case GET -> admin.get(path);
        };
        boolean absent = answer.code() == 404;
        if (step.kind() == Kind.GET && absent) {
            return step;
        }
        if (absent || answer.code() == 409) {
            return null;
        }
        if (answer.code() != 200 && answer.code() != 201) {
            throw new IOException("answered " + answer.code());
        }
        JsonNode object = answer.json();
        String value = step.kind() == Kind.GET ? object.path("data").path("v").asText() : step.value();
        return new Step(step.kind(), step.key(), value, step.expect(), revision(object));
    }

    private static @Nullable Long revision(JsonNode object) {
        String text = object.path("metadata").path("resourceVersion").asText();
        return text.isEmpty() ? null : Long.valueOf(text);
    }
}
