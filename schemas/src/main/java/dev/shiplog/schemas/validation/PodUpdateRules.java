package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.Toleration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Rules for changing a pod. Little of it may change: images, a sooner deadline, more tolerations, fewer gates.
final class PodUpdateRules {
    private static final Path SPEC = Path.of("spec");
    private static final String MUTABLE =
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private PodUpdateRules() {}

    static void update(Pod old, Pod now, Causes causes) {
        PodSpec before = old.spec();
        PodSpec after = now.spec();
        if (before.containers().size() != after.containers().size()) {
            causes.forbidden(SPEC.field("containers"), "pod updates may not add or remove containers");
            return;
        }
        if (before.initContainers().size() != after.initContainers().size()) {
            causes.forbidden(SPEC.field("initContainers"), "pod updates may not add or remove containers");
            return;
        }
        deadline(before, after, causes);
        boolean tolerationsFine = tolerations(before.tolerations(), after.tolerations(), causes);
        gates(before, after, causes);
        var rest = after.toBuilder()
                .containers(withImages(after.containers(), before.containers()))
                .initContainers(withImages(after.initContainers(), before.initContainers()))
                .activeDeadlineSeconds(before.activeDeadlineSeconds())
                .schedulingGates(before.schedulingGates());
        if (tolerationsFine) {
            rest.tolerations(before.tolerations());
        }
        Long grace = before.terminationGracePeriodSeconds();
        if (grace != null && grace < 0 && Long.valueOf(1).equals(after.terminationGracePeriodSeconds())) {
            rest.terminationGracePeriodSeconds(grace);
        }
        if (!before.schedulingGates().isEmpty()) {
            rest.nodeSelector(narrowed(before, after));
        }
        if (!rest.build().equals(before)) {
            causes.forbidden(SPEC, MUTABLE);
        }
    }

    private static List<Container> withImages(List<Container> containers, List<Container> before) {
        return IntStream.range(0, containers.size())
                .mapToObj(i -> containers.get(i).withImage(before.get(i).image()))
                .toList();
    }

    /// A gated pod may ask for more of its node, so the selector counts as unchanged when it kept all it had.
    private static Map<String, String> narrowed(PodSpec before, PodSpec after) {
        return after.nodeSelector().entrySet().containsAll(before.nodeSelector().entrySet())
                ? before.nodeSelector()
                : after.nodeSelector();
    }

    private static void deadline(PodSpec before, PodSpec after, Causes causes) {
        @Nullable Long old = before.activeDeadlineSeconds();
        @Nullable Long now = after.activeDeadlineSeconds();
        Path at = SPEC.field("activeDeadlineSeconds");
        if (old != null && now == null) {
            causes.invalid(at, "null", "must not update from a positive integer to nil value");
        } else if (old != null && now != null && now > old) {
            causes.invalid(at, now, "must be less than or equal to previous value");
        }
    }

    private static boolean tolerations(List<Toleration> old, List<Toleration> now, Causes causes) {
        boolean kept = old.stream()
                .allMatch(before -> now.stream()
                        .anyMatch(
                                after -> before.withTolerationSeconds(null).equals(after.withTolerationSeconds(null))));
        if (!kept) {
            causes.forbidden(
                    SPEC.field("tolerations"), "existing toleration can not be modified except its tolerationSeconds");
        }
        return kept;
    }

    private static void gates(PodSpec before, PodSpec after, Causes causes) {
        var added = after.schedulingGates().stream()
                .filter(gate -> !before.schedulingGates().contains(gate))
                .toList();
        if (!added.isEmpty()) {
            causes.forbidden(
                    SPEC.field("schedulingGates"),
                    "only deletion is allowed, but found new scheduling gate '%s'"
                            .formatted(added.getFirst().name()));
        }
    }

    static void status(Pod now, Causes causes) {
        if (!now.status().podIP().isEmpty() && !Addresses.isIp(now.status().podIP())) {
            causes.invalid(
                    Path.of("status", "podIP"),
                    now.status().podIP(),
                    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
    }
}
