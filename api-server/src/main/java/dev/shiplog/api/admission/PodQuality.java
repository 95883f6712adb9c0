package dev.shiplog.api.admission;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.schemas.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The quality-of-service class of a pod, from the cpu and memory that its containers ask for.
final class PodQuality {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private PodQuality() {}

    /// Guaranteed when every container limits both and asks for exactly that; BestEffort when none asks for anything.
    static String of(PodSpec spec) {
        var containers = new ArrayList<Container>(spec.initContainers());
        containers.addAll(spec.containers());
        boolean asksForNothing = true;
        boolean guaranteed = true;
        for (Container container : containers) {
            Map<String, String> requests = container.resources().requests();
            Map<String, String> limits = container.resources().limits();
            for (String resource : COUNTED) {
                String limit = limits.getOrDefault(resource, "");
                String request = requests.getOrDefault(resource, limit);
                asksForNothing &= zero(limit) && zero(request);
                guaranteed &= !zero(limit) && Quantity.parse(request).compareTo(Quantity.parse(limit)) == 0;
            }
        }
        return asksForNothing ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static boolean zero(String quantity) {
        return quantity.isEmpty() || Quantity.parse(quantity).isZero();
    }
}
