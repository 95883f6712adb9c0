package dev.shiplog.api.logs;

import dev.shiplog.api.http.StatusException;
import java.io.InputStream;

/// Where a container's log comes from.
interface LogSource {

    /// Asks a node for a log and waits for the head of its answer.
    ///
    /// @return the log; ends when the node ends it, or when it is closed
    /// @throws StatusException when the node cannot be reached or refuses
    InputStream open(NodeLocation node, String namespace, String pod, String container, LogQuery query)
            throws InterruptedException;
}
