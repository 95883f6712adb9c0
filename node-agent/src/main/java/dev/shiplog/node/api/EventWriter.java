package dev.shiplog.node.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.pod.Note;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Turns notes into Events, in the background. Notes of one reason about one container are one Event that counts.
///
/// Names derive from (uid, reason, container), so a repeated write never makes a second Event. When the API server is
/// away or too many come at once, Events are lost; nothing else waits for them.
public final class EventWriter implements AutoCloseable {
    private static final int WAITING_MAX = 1_000;
    private static final int COUNTS_MAX = 4_096;
    private static final int MESSAGE_CHARACTERS_MAX = 1_024;

    private record Entry(Pod pod, Note note) {}

    private final ApiClient api;
    private final String node;
    private final Clock clock;
    private final BlockingQueue<Entry> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<String, Integer> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > COUNTS_MAX;
        }
    };
    private final Thread thread;

    public EventWriter(ApiClient api, String node, Clock clock) {
        this.api = api;
        this.node = node;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("events").start(this::run);
    }

    /// Takes a note, or drops it when too many wait.
    public void write(Pod pod, Note note) {
        waiting.offer(new Entry(pod, note));
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                send(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Entry entry) {
        String name = name(entry.pod(), entry.note());
        String path = "/api/v1/namespaces/" + entry.pod().metadata().namespace() + "/events";
        int known = counts.getOrDefault(name, 0);
        ApiAnswer answer =
                known == 0 ? api.post(path, event(name, entry)) : again(path + "/" + name, known + 1, entry.note());
        if (known == 0 && answer.conflict()) {
            known = api.get(path + "/" + name).body().path("count").asInt(1);
            answer = again(path + "/" + name, known + 1, entry.note());
        } else if (known > 0 && answer.notFound()) {
            known = 0;
            answer = api.post(path, event(name, entry));
        }
        if (answer.ok()) {
            counts.put(name, known + 1);
        }
    }

    private ApiAnswer again(String path, int count, Note note) {
        return api.patch(
                path,
                ApiClient.Patch.MERGE,
                ApiClient.object()
                        .put("count", count)
                        .put("lastTimestamp", now())
                        .put("message", message(note)));
    }

    private ObjectNode event(String name, Entry entry) {
        Pod pod = entry.pod();
        Note note = entry.note();
        ObjectNode event = ApiClient.object().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata")
                .put("name", name)
                .put("namespace", pod.metadata().namespace());
        ObjectNode about = event.putObject("involvedObject")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("namespace", pod.metadata().namespace())
                .put("name", pod.metadata().name())
                .put("uid", pod.metadata().uid());
        if (!note.container().isEmpty()) {
            boolean init = pod.spec().initContainers().stream()
                    .anyMatch(container -> container.name().equals(note.container()));
            about.put("fieldPath", "spec." + (init ? "initContainers" : "containers") + "{" + note.container() + "}");
        }
        event.put("type", note.type().text()).put("reason", note.reason()).put("message", message(note));
        event.put("count", 1).put("firstTimestamp", now()).put("lastTimestamp", now());
        event.putObject("source").put("component", "kubelet").put("host", node);
        event.put("reportingComponent", "kubelet").put("reportingInstance", node);
        return event;
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String message(Note note) {
        String message = note.message();
        return message.length() <= MESSAGE_CHARACTERS_MAX ? message : message.substring(0, MESSAGE_CHARACTERS_MAX);
    }

    static String name(Pod pod, Note note) {
        String origin = pod.metadata().uid() + "/" + note.reason() + "/" + note.container();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(origin.getBytes(UTF_8));
            return pod.metadata().name() + "." + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
