package dev.shiplog.node.pod;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What has to be remembered about a pod from one step to the next. Losing it costs a little patience, never
/// correctness.
///
/// @param endingSince when the end of the pod was first seen
/// @param backoffs by container
public record Memory(@Nullable Instant endingSince, Map<String, Backoff> backoffs) {
    public static final Memory NONE = new Memory(null, Map.of());

    public Memory {
        backoffs = Map.copyOf(backoffs);
    }
}
