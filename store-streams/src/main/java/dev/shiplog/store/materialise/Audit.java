package dev.shiplog.store.materialise;

import dev.shiplog.store.materialise.Output.Payload;
import dev.shiplog.store.materialise.Output.Target;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares the last record of every key in the output topics with what a state says it should be.
public final class Audit {

    /// The last value of a key that is not deleted.
    ///
    /// @param digest of the Avro bytes
    public record Last(int partition, String digest) {}

    private Audit() {}

    /// What has to be put out so that the topics say what they should.
    ///
    /// @param expected one output with a payload for everything that should be there
    /// @param found topic → key → last value; topics that are not named have nothing
    /// @param tombstoneHeaders of what should not be there
    static List<Output> differences(
            Iterable<Output> expected, Map<String, Map<String, Last>> found, List<Output.Header> tombstoneHeaders) {
        List<Output> differences = new ArrayList<>();
        Map<String, Set<String>> wanted = new HashMap<>();
        for (Output output : expected) {
            Payload payload = output.payload();
            if (payload == null) {
                continue;
            }
            String topic = output.target().topic();
            wanted.computeIfAbsent(topic, _ -> new HashSet<>()).add(output.key());
            @Nullable Last last = found.getOrDefault(topic, Map.of()).get(output.key());
            if (last == null || !last.digest().equals(digest(payload.avro()))) {
                differences.add(output);
            }
        }
        found.forEach((topic, lasts) -> {
            Target target = new Target.Fixed(topic);
            Set<String> kept = wanted.getOrDefault(topic, Set.of());
            lasts.forEach((key, last) -> {
                if (!kept.contains(key)) {
                    differences.add(new Output(target, last.partition(), key, null, tombstoneHeaders));
                }
            });
        });
        return differences;
    }

    /// The fingerprint by which an audit compares values: the first half of SHA-256.
    public static String digest(byte[] avro) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(avro), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
