package dev.shiplog.api.admission;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;

/// What an Eviction does to its Pod before deleting it: says why it ends.
public final class PodEviction {
    private PodEviction() {}

    public static ApiObject disrupt(ApiObject object, Circumstances circumstances) {
        Pod pod = (Pod) object.content();
        PodCondition condition = PodCondition.builder()
                .type("DisruptionTarget")
                .status("True")
                .reason("EvictionByEvictionAPI")
                .message("Eviction API: evicting")
                .lastTransitionTime(circumstances.second())
                .build();
        return object.replacing(pod.withStatus(pod.status().withConditions(PodBinding.with(pod, condition))));
    }
}
