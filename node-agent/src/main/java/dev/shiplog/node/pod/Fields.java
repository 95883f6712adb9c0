package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a pod may read about itself: the downward API.
///
/// @param addresses of the pod
/// @param allocatable of the node; what a container without a limit may use
public record Fields(Pod pod, List<String> addresses, String hostAddress, Map<String, String> allocatable) {

    /// The text of a field such as `metadata.labels['app']` or `status.podIP`.
    public String field(String path) {
        var metadata = pod.metadata();
        int bracket = path.indexOf("['");
        if (bracket > 0 && path.endsWith("']")) {
            String key = path.substring(bracket + 2, path.length() - 2);
            return entries(path.substring(0, bracket)).getOrDefault(key, "");
        }
        return switch (path) {
            case "metadata.name" -> metadata.name();
            case "metadata.namespace" -> metadata.namespace();
            case "metadata.uid" -> metadata.uid();
            case "metadata.labels", "metadata.annotations" -> lines(entries(path));
            case "spec.nodeName" -> pod.spec().nodeName();
            case "spec.serviceAccountName" -> pod.spec().serviceAccountName();
            case "status.hostIP", "status.hostIPs" -> hostAddress;
            case "status.podIP" -> addresses.isEmpty() ? "" : addresses.getFirst();
            case "status.podIPs" -> String.join(",", addresses);
            default -> throw new IllegalArgumentException("no such field: " + path);
        };
    }

    private Map<String, String> entries(String path) {
        return switch (path) {
            case "metadata.labels" -> pod.metadata().labels();
            case "metadata.annotations" -> pod.metadata().annotations();
            default -> throw new IllegalArgumentException("no such field: " + path);
        };
    }

    private static String lines(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + "=\"" + escaped(entry.getValue()) + "\"")
                .collect(Collectors.joining("\n"));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /// A request or limit of a container, in units of the divisor, rounded up.
    public String resource(ResourceFieldSelector selector, Container self) {
        Container container = selector.containerName().isEmpty()
                ? self
                : PodFacts.containers(pod)
                        .filter(each -> each.name().equals(selector.containerName()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("no container " + selector.containerName()));
        String[] path = selector.resource().split("\\.", 2);
        if (path.length < 2 || !List.of("limits", "requests").contains(path[0])) {
            throw new IllegalArgumentException("no such resource: " + selector.resource());
        }
        Map<String, String> limits = container.resources().limits();
        Map<String, String> requests = container.resources().requests();
        String quantity = path[0].equals("limits")
                ? limits.getOrDefault(path[1], allocatable.getOrDefault(path[1], "0"))
                : requests.getOrDefault(path[1], limits.getOrDefault(path[1], "0"));
        BigDecimal divisor =
                selector.divisor().isEmpty() || Amount.of(selector.divisor()).signum() == 0
                        ? BigDecimal.ONE
                        : Amount.of(selector.divisor());
        return Amount.of(quantity).divide(divisor, 0, RoundingMode.CEILING).toPlainString();
    }
}
