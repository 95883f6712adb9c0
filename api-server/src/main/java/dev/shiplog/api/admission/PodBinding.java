package dev.shiplog.api.admission;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// What a Binding does to its Pod: gives it a node, once.
public final class PodBinding {
    private PodBinding() {}

    /// The pod as a Binding leaves it.
    ///
    /// @param binding valid
    /// @throws StatusException 409 when the pod has a node already, is being deleted, or is held back
    public static ApiObject bind(ApiObject object, Binding binding, Circumstances circumstances) {
        Pod pod = (Pod) object.content();
        String name = pod.metadata().name();
        String uid = binding.metadata().uid();
        if (!uid.isEmpty() && !uid.equals(pod.metadata().uid())) {
            throw conflict(
                    name,
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, pod.metadata().uid()));
        }
        if (object.terminating()) {
            throw conflict(name, "pod " + name + " is being deleted, cannot be assigned to a host");
        }
        if (!pod.spec().nodeName().isEmpty()) {
            throw conflict(
                    name,
                    "pod %s is already assigned to node \"%s\""
                            .formatted(name, pod.spec().nodeName()));
        }
        if (!pod.spec().schedulingGates().isEmpty()) {
            throw conflict(name, "pod " + name + " has non-empty .spec.schedulingGates");
        }
        var annotations = new TreeMap<>(pod.metadata().annotations());
        annotations.putAll(binding.metadata().annotations());
        return object.replacing(pod.toBuilder()
                .metadata(pod.metadata().withAnnotations(annotations))
                .spec(pod.spec().withNodeName(binding.target().name()))
                .status(pod.status().withConditions(scheduled(pod, circumstances)))
                .build());
    }

    private static List<PodCondition> scheduled(Pod pod, Circumstances circumstances) {
        return with(
                pod,
                PodCondition.builder()
                        .type("PodScheduled")
                        .status("True")
                        .lastTransitionTime(circumstances.second())
                        .build());
    }

    /// The conditions of a pod with one of them put in the place of its type.
    static List<PodCondition> with(Pod pod, PodCondition condition) {
        var conditions = new ArrayList<PodCondition>();
        for (PodCondition each : pod.status().conditions()) {
            if (!each.type().equals(condition.type())) {
                conditions.add(each);
            }
        }
        conditions.add(condition);
        return conditions;
    }

    private static StatusException conflict(String name, String why) {
        return new StatusException(ApiStatus.conflict("", "pods/binding", name, why));
    }
}
