package dev.shiplog.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import dev.shiplog.core.v1.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/// Measures the codecs on one pod, on one thread: microseconds of CPU, megabytes of JSON a second, bytes allocated.
final class CodecSpeedMain {
    private static final int WARM_UP = 30_000;
    private static final int ROUNDS = 5;
    private static final int CALLS = 20_000;

    private CodecSpeedMain() {}

    public static void main(String[] arguments) throws IOException {
        byte[] json;
        try (InputStream in = CodecSpeedMain.class.getResourceAsStream("/kinds/pod.json")) {
            if (in == null) {
                throw new IllegalStateException("kinds/pod.json is missing");
            }
            JsonNode tree = Json.parse(in.readAllBytes());
            json = Json.encode(Json.fromTree(Pod.TYPE, tree).object());
        }
        Pod pod = Json.decode(Pod.TYPE, json).object();
        byte[] avro = Binary.encode(pod);
        JsonOut out = new JsonOut(json.length * 2);
        System.out.printf("JSON %d bytes, Avro %d bytes%n", json.length, avro.length);
        measure(
                "JSON → record → Avro",
                json.length,
                () -> Binary.encode(Json.decode(Pod.TYPE, json).object()));
        measure("JSON → record", json.length, () -> Json.decode(Pod.TYPE, json));
        measure("Avro → JSON, direct", json.length, () -> {
            out.reset();
            Binary.toJson(Pod.TYPE, avro, 7, out);
            return out;
        });
        measure("Avro → record", json.length, () -> Binary.decode(Pod.TYPE, avro));
        measure("record → Avro", json.length, () -> Binary.encode(pod));
        measure("record → JSON", json.length, () -> Json.encode(pod));
        measure("defaults", json.length, () -> Defaulting.apply(pod));
    }

    private static void measure(String what, int bytes, Supplier<?> call) {
        int kept = 0;
        for (int i = 0; i < WARM_UP; i++) {
            kept += call.get().hashCode() & 1;
        }
        double best = Double.MAX_VALUE;
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long start = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < CALLS; i++) {
                kept += call.get() == null ? 1 : 0;
            }
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - start) / 1e3 / CALLS);
            allocated = (threads.getCurrentThreadAllocatedBytes() - before) / CALLS;
        }
        System.out.printf(
                "%-24s %7.1f µs %7.0f MB/s %7d B%s%n", what, best, bytes / best, allocated, kept < 0 ? "!" : "");
    }
}
