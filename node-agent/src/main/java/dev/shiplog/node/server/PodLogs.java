package dev.shiplog.node.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/// What the agent's port shows of the pods.
public interface PodLogs {

    /// Where to find a log, or why there is none.
    sealed interface Answer {}

    /// A log that can be read.
    ///
    /// @param running whether the container may still write
    record Found(Path log, BooleanSupplier running) implements Answer {}

    record NoPod(String message) implements Answer {}

    /// The pod is known, and the container cannot be shown now.
    record NotNow(String message) implements Answer {}

    enum Which {
        LATEST,
        PREVIOUS
    }

    Answer log(String namespace, String pod, String container, Which which);

    /// All pods of the agent, as a PodList.
    JsonNode pods();

    /// Numbers in Prometheus' text format.
    String metrics();

    /// Why the agent is not healthy; empty when it is.
    String unhealthy();
}
