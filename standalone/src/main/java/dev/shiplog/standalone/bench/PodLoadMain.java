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
/// pods; how many at once; milliseconds from one lot to the next, unless that takes longer; `DATA`; image.
final class PodLoadMain {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final int ARRIVALS_MAX = 100_000;
    private static final long ARRIVAL_MAX_SECONDS = 120;

    /// What happened to a pod, and when.
    private record Arrival(String pod, long nanos) {}

    private PodLoadMain() {}

    public static void main(String[] arguments) throws Exception {
        String until = arguments[0];
        int port = Integer.parseInt(arguments[1]);
        int pods = Integer.parseInt(arguments[2]);
        int atOnce = Integer.parseInt(arguments[3]);
        long everyNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[4]));
        Path data = Path.of(arguments[5]);
        String image = arguments[6];
        SSLContext tls = AdminTls.of(data.resolve("pki"));
        BlockingQueue<Arrival> arrivals = new ArrayBlockingQueue<>(ARRIVALS_MAX);
        Thread.ofPlatform().daemon().start(() -> listen(until, data, tls, port, arrivals));
        arrivals.take(); // The listener is there.
        String prefix = "bench-%s-%d".formatted(until, ProcessHandle.current().pid());
        var seen = new HashMap<String, Long>();
        long[] nanos = new long[pods];
        long errors = 0;
        long begin = System.nanoTime();
        try (var api = new PlainHttpClient(tls, port)) {
            for (int first = 0; first < pods; first += atOnce) {
                var answered = new HashMap<String, Long>();
                TimeUnit.NANOSECONDS.sleep(begin + first / atOnce * everyNanos - System.nanoTime());
                for (int i = first; i < Math.min(pods, first + atOnce); i++) {
                    String name = prefix + "-" + i;
                    int code = api.call("POST", PODS, pod(name, image));
                    if (code != 201) {
                        throw new IOException("POST answered " + code);
                    }
                    answered.put(name, System.nanoTime());
                }
                for (int i = first; i < Math.min(pods, first + atOnce); i++) {
                    String name = prefix + "-" + i;
                    Long at = await(name, arrivals, seen);
                    if (at == null) {
                        errors++;
                    } else {
                        nanos[i] = Math.max(0, at - answered.getOrDefault(name, at));
                    }
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            for (int i = 0; i < pods; i++) {
                api.call("DELETE", PODS + "/" + prefix + "-" + i + "?gracePeriodSeconds=0", new byte[0]);
            }
            System.out.println(new LoadReport(pods, seconds, errors, 0, LoadReport.Latency.of(nanos)).line());
        }
    }

    /// @param everyMillis from one lot to the next; 0: without pause
    record Lots(int pods, int atOnce, int everyMillis) {}

    static List<String> arguments(String until, int port, Lots lots, Path data, String image) {
        return List.of(
                until,
                String.valueOf(port),
                String.valueOf(lots.pods()),
                String.valueOf(lots.atOnce()),
                String.valueOf(lots.everyMillis()),
                data.toString(),
                image);
    }

    private static @Nullable Long await(String name, BlockingQueue<Arrival> arrivals, Map<String, Long> seen)
            throws InterruptedException {
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
