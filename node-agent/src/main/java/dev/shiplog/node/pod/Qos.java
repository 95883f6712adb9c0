package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import java.util.List;
import java.util.Map;

/// How far a pod's resources are promised: decides who is hurt first when the node runs short.
public enum Qos {
    GUARANTEED("Guaranteed"),
    BURSTABLE("Burstable"),
    BEST_EFFORT("BestEffort");

    private static final List<String> COUNTED = List.of("cpu", "memory");

    private final String text;

    Qos(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public static Qos of(Pod pod) {
        boolean any = false;
        boolean all = true;
        for (Container container : PodFacts.containers(pod).toList()) {
            Map<String, String> requests = container.resources().requests();
            Map<String, String> limits = container.resources().limits();
            for (String resource : COUNTED) {
                String limit = limits.getOrDefault(resource, "");
                String request = requests.getOrDefault(resource, limit);
                any |= !isZero(limit) || !isZero(request);
                all &= !isZero(limit) && Amount.of(limit).compareTo(Amount.of(request)) == 0;
            }
        }
        return !any ? BEST_EFFORT : all ? GUARANTEED : BURSTABLE;
    }

    private static boolean isZero(String quantity) {
        return quantity.isEmpty() || Amount.of(quantity).signum() == 0;
    }
}
