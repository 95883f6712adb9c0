package dev.shiplog.store.kafka;

import dev.shiplog.schemas.StoreName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Every topic of Shiplog as data. The registry makes its own (`_schemas`), Streams its internal ones.
public final class Topics {
    public static final String OBJECTS = "objects";
    public static final String ASSIGNMENTS = "assignments";
    public static final String ROUTES = "routes";
    public static final String REQUESTS = "requests";
    public static final String PROGRESS = "progress";

    /// Partitions of `objects` and `requests` unless told otherwise.
    public static final int PARTITIONS_DEFAULT = 16;

    /// How many partitions a user may ask for.
    public static final int PARTITIONS_MAX = 1_024;

    private static final int TYPED_PARTITIONS = 4;
    private static final int ASSIGNMENT_PARTITIONS = 4;
    private static final int NAME_MAX = 249;

    /// A transaction of 8 MiB before compression, and its frame.
    private static final String MESSAGE_BYTES_MAX = Integer.toString(9 << 20);

    private static final String JOURNAL_SEGMENT_BYTES = Integer.toString(64 << 20);

    /// Only closed segments are compacted; a small disk must get there too.
    private static final String COMPACTED_SEGMENT_BYTES = Integer.toString(16 << 20);

    private static final String PROGRESS_SEGMENT_BYTES = Integer.toString(1 << 20);

    /// Kafka syncs the two indexes of a segment with its log, which costs as much again when they have a new
    /// entry: not each append should add one. A reader that begins in between looks at the heads of the batches
    /// of so many bytes.
    private static final String SYNCED_INDEX_INTERVAL_BYTES = Integer.toString(128 << 10);

    private static final String WEEK_MILLIS = Long.toString(Duration.ofDays(7).toMillis());

    /// When an append to a journal or checkpoint topic is on the disk.
    public enum Sync {
        /// Before it is acknowledged: each append is one `fsync`.
        EACH_APPEND,
        /// When the operating system pleases; for benchmarks.
        NEVER
    }

    private Topics() {}

    /// The topics that exist from the first start on.
    public static List<Topic> all(int partitions, Sync sync) {
        if (partitions < 1 || partitions > PARTITIONS_MAX) {
            throw new IllegalArgumentException("partitions is %d, must be 1..%d".formatted(partitions, PARTITIONS_MAX));
        }
        List<Topic> all = new ArrayList<>();
        for (StoreName store : StoreName.values()) {
            all.add(synced(kept(store.journalTopic()).with("message.timestamp.type", "LogAppendTime"), sync));
            all.add(synced(kept(store.checkpointTopic()), sync));
        }
        all.add(compacted(OBJECTS, partitions));
        all.add(compacted(ASSIGNMENTS, ASSIGNMENT_PARTITIONS));
        all.add(compacted(ROUTES, 1));
        all.add(compacted(PROGRESS, 1).with("segment.bytes", PROGRESS_SEGMENT_BYTES));
        all.add(requests(partitions));
        return all;
    }

    /// The typed topic of one resource, which comes to be with its first object.
    public static Topic typed(String group, String resource, Scope scope) {
        return compacted(typedName(group, resource), scope == Scope.NAMESPACED ? TYPED_PARTITIONS : 1);
    }

    /// Whether a materialiser writes to a topic.
    public static boolean isOutput(String name) {
        return name.equals(OBJECTS)
                || name.startsWith(OBJECTS + ".")
                || Set.of(ASSIGNMENTS, ROUTES, PROGRESS).contains(name);
    }

    /// Whether objects of a kind live in namespaces.
    public enum Scope {
        NAMESPACED,
        CLUSTER
    }

    /// `objects.<group>.<resource>`, or a hash of it when Kafka would not take the name.
    public static String typedName(String group, String resource) {
        String name = OBJECTS + "." + (group.isEmpty() ? "core" : group) + "." + resource;
        return name.length() <= NAME_MAX ? name : OBJECTS + ".x-" + shortened(resource + "." + group);
    }

    private static String shortened(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /// Kept until Shiplog itself gives up records.
    private static Topic kept(String name) {
        return new Topic(
                name,
                1,
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        "-1",
                        "retention.bytes",
                        "-1",
                        "segment.bytes",
                        JOURNAL_SEGMENT_BYTES,
                        "max.message.bytes",
                        MESSAGE_BYTES_MAX));
    }

    private static Topic synced(Topic topic, Sync sync) {
        return switch (sync) {
            case EACH_APPEND ->
                topic.with("flush.messages", "1")
                        .with("index.interval.bytes", SYNCED_INDEX_INTERVAL_BYTES)
                        .with("preallocate", "true");
            case NEVER -> topic;
        };
    }

    private static Topic compacted(String name, int partitions) {
        Map<String, String> config = new TreeMap<>();
        config.put("cleanup.policy", "compact");
        config.put("delete.retention.ms", WEEK_MILLIS);
        config.put("segment.bytes", COMPACTED_SEGMENT_BYTES);
        config.put("max.message.bytes", MESSAGE_BYTES_MAX);
        return new Topic(name, partitions, config);
    }

    private static Topic requests(int partitions) {
        return new Topic(
                REQUESTS,
                partitions,
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        WEEK_MILLIS,
                        "segment.bytes",
                        COMPACTED_SEGMENT_BYTES,
                        "max.message.bytes",
                        MESSAGE_BYTES_MAX));
    }
}
