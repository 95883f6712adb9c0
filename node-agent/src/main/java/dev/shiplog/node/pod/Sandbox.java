package dev.shiplog.node.pod;

import java.time.Instant;
import java.util.List;

/// The namespaces of a pod, held open by the runtime.
///
/// @param attempt counts the sandboxes that the pod has had, from 0
public record Sandbox(String id, int attempt, boolean ready, List<String> addresses, Instant createdAt) {
    public Sandbox {
        addresses = List.copyOf(addresses);
    }
}
