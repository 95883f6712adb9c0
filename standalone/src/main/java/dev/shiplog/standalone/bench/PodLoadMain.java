package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/// Creates pods and measures until they got somewhere.
///
/// Arguments: `assignment` (consumable from the topic `assignments`) or `running` (the phase, by a watch); port;
/// pods; how many at once; milliseconds from one lot to the next, unless that takes longer; how many pods more go
/// before, one after the other, and are not measured; `DATA`; image.
final class PodLoadMain {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final int ARRIVALS_MAX = 100_000;
    private static final long ARRIVAL_MAX_SECONDS = 120;
    private static final long LOOK_EVERY_MILLIS = 200;

    /// What happened to a pod, and when.
    private record Arrival(String pod, long nanos) {}

    private final PlainHttpClient api;
    private final BlockingQueue<Arrival> arrivals;
    private final String prefix;
    private final String image;
    private final Map<String, Long> seen = new HashMap<>();

    private PodLoadMain(PlainHttpClient api, BlockingQueue<Arrival> arrivals, String prefix, String image) {
        this.api = api;
        this.arrivals = arrivals;
        this.prefix = prefix;
        this.image = image;
    }

    public static void main(String[] arguments) throws Exception {
        String until = arguments[0];
        int port = Integer.parseInt(arguments[1]);
        Lots lots = new Lots(
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Integer.parseInt(arguments[5]));
        Path data = Path.of(arguments[6]);
        String image = arguments[7];
        SSLContext tls = AdminTls.of(data.resolve("pki"));
        BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(ARRIVALS_MAX);
        Thread.ofPlatform().daemon().start(() -> listen(until, data, tls, port, arrivals));
        arrivals.take(); // The listener is there.
        String prefix = "bench-%s-%d".formatted(until, ProcessHandle.current().pid());
        try (var api = new PlainHttpClient(tls, port)) {
            if (lots.before() > 0) {
                new PodLoadMain(api, arrivals, prefix + "-before", image).run(new Lots(lots.before(), 1, 0, 0));
                awaitNone(api, prefix);
            }
            System.out.println(
                    new PodLoadMain(api, arrivals, prefix, image).run(lots).line());
        }
    }

    /// Waits until the server has no pod of that name any more, so that its end disturbs no other.
    private static void awaitNone(PlainHttpClient api, String prefix) throws IOException, InterruptedException {
        do {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            api.call("GET", PODS, new byte[0]);
        } while (new String(api.body(), StandardCharsets.UTF_8).contains(prefix));
    }

    private LoadReport run(Lots lots) throws Exception {
        long[] nanos = new long[lots.pods()];
        long errors = 0;
        long everyNanos = TimeUnit.MILLISECONDS.toNanos(lots.everyMillis());
        long begin = System.nanoTime();
        for (int first = 0; first < lots.pods(); first += lots.atOnce()) {
            TimeUnit.NANOSECONDS.sleep(begin + first / lots.atOnce() * everyNanos - System.nanoTime());
            int end = Math.min(lots.pods(), first + lots.atOnce());
            Map<String, Long> answered = create(first, end);
            for (int i = first; i < end; i++) {
                String name = prefix + "-" + i;
                Long at = await(name);
                if (at == null) {
                    errors++;
                } else {
                    nanos[i] = Math.max(0, at - answered.getOrDefault(name, at));
                }
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        for (int i = 0; i < lots.pods(); i++) {
            api.call("DELETE", PODS + "/" + prefix + "-" + i + "?gracePeriodSeconds=0", new byte[0]);
        }
        return new LoadReport(lots.pods(), seconds, errors, 0, LoadReport.Latency.of(nanos));
    }

    /// Returns when each create was answered.
    private Map<String, Long> create(int first, int end) throws IOException {
        var answered = new HashMap<String, Long>();
        for (int i = first; i < end; i++) {
            String name = prefix + "-" + i;
            int code = api.call("POST", PODS, pod(name, image));
            if (code != 201) {
                throw new IOException("POST answered " + code);
            }
            answered.put(name, System.nanoTime());
        }
        return answered;
    }

    /// @param everyMillis from one lot to the next; 0: without pause
    /// @param before how many pods more go before, unmeasured
    record Lots(int pods, int atOnce, int everyMillis, int before) {}

    static List<String> arguments(String until, int port, Lots lots, Path data, String image) {
        return List.of(
                until,
                String.valueOf(port),
                String.valueOf(lots.pods()),
                String.valueOf(lots.atOnce()),
                String.valueOf(lots.everyMillis()),
                String.valueOf(lots.before()),
                data.toString(),
                image);
    }

    private @Nullable Long await(String name) throws InterruptedException {
        while (!seen.containsKey(name)) {
            Arrival arrival = arrivals.poll(ARRIVAL_MAX_SECONDS, TimeUnit.SECONDS);
            if (arrival == null) {
                return null;
            }
            seen.putIfAbsent(arrival.pod(), arrival.nanos());
        }
        return seen.remove(name);
    }

    private static byte[] pod(String name, String image) {
        return ("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"" + name
                        + "\"},\"spec\":{\"terminationGracePeriodSeconds\":0,\"containers\":[{\"name\":\"c\",\"image\":\""
                        + image + "\",\"imagePullPolicy\":\"IfNotPresent\",\"command\":[\"sleep\",\"100000\"]}]}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void listen(String until, Path data, SSLContext tls, int port, BlockingQueue<Arrival> arrivals) {
        try {
            if (until.equals("assignment")) {
                listenToAssignments(data, arrivals);
            } else {
                listenToPhases(tls, port, arrivals);
            }
        } catch (Exception problem) {
            System.err.println("shiplog: the listener failed: " + problem);
            System.exit(1);
        }
    }

    private static void listenToAssignments(Path data, BlockingQueue<Arrival> arrivals) throws Exception {
        var settings = new Properties();
        try (Reader reader = Files.newBufferedReader(data.resolve("clients/kafka.properties"))) {
            settings.load(reader);
        }
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("assignments").stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            arrivals.put(new Arrival("", 0));
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    long now = System.nanoTime();
                    if (record.value() != null) {
                        arrivals.put(new Arrival(nameOf(record.value()), now));
                    }
                }
            }
        }
    }

    /// The key has the pod's uid only; its name stands in the value as it is.
    private static String nameOf(byte[] value) {
        String text = new String(value, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("bench-assignment-");
        int end = at;
        while (end >= 0
                && end < text.length()
                && (text.charAt(end) == '-' || Character.isLetterOrDigit(text.charAt(end)))) {
            end++;
        }
        return at < 0 ? "" : text.substring(at, end);
    }

    private static void listenToPhases(SSLContext tls, int port, BlockingQueue<Arrival> arrivals) throws Exception {
        try (var watch = new PlainHttpClient(tls, port)) {
            watch.watch(PODS + "?watch=1");
            arrivals.put(new Arrival("", 0));
            var rest = new StringBuilder();
            while (true) {
                rest.append(new String(watch.event(), StandardCharsets.UTF_8));
                long now = System.nanoTime();
                for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
                    JsonNode object = JSON.readTree(rest.substring(0, end)).path("object");
                    rest.delete(0, end + 1);
                    if (object.path("status").path("phase").asText().equals("Running")) {
                        arrivals.put(
                                new Arrival(object.path("metadata").path("name").asText(), now));
                    }
                }
            }
        }
    }
}
