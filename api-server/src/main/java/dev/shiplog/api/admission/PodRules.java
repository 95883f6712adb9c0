package dev.shiplog.api.admission;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A Pod begins Pending, and goes in peace: its node confirms the end of its grace period.
final class PodRules implements KindRules {
    private static final long GRACE_DEFAULT_SECONDS = 30;
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

    @Override
    public ApiObject created(ApiObject object, Circumstances circumstances) {
        Pod pod = (Pod) object.content();
        return object.replacing(pod.withStatus(PodStatus.builder()
                .phase("Pending")
                .qosClass(PodQuality.of(pod.spec()))
                .build()));
    }

    /// A pod that no node has, or that has finished, needs no time to stop.
    @Override
    public long gracePeriodSeconds(ApiObject object, @Nullable Long wanted) {
        Pod pod = (Pod) object.content();
        if (pod.spec().nodeName().isEmpty() || FINISHED.contains(pod.status().phase())) {
            return 0;
        }
        if (wanted != null) {
            return wanted;
        }
        Long own = pod.spec().terminationGracePeriodSeconds();
        return own == null ? GRACE_DEFAULT_SECONDS : own;
    }
}
