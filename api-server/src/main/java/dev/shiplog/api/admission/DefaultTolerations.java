package dev.shiplog.api.admission;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Toleration;
import java.util.ArrayList;
import java.util.List;

/// A pod stays for five minutes on a node that stopped answering, unless it says otherwise.
public final class DefaultTolerations implements Admission {
    private static final List<String> TAINTS =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    private static final String EVICTS = "NoExecute";
    private static final long STAY_SECONDS = 300;

    @Override
    public ApiObject admit(Attempt attempt) {
        if (!attempt.creates() || !attempt.of("", "pods")) {
            return attempt.object();
        }
        Pod pod = (Pod) attempt.object().content();
        var tolerations = new ArrayList<>(pod.spec().tolerations());
        for (String taint : TAINTS) {
            if (pod.spec().tolerations().stream().noneMatch(toleration -> tolerates(toleration, taint))) {
                tolerations.add(Toleration.builder()
                        .key(taint)
                        .operator("Exists")
                        .effect(EVICTS)
                        .tolerationSeconds(STAY_SECONDS)
                        .build());
            }
        }
        return attempt.object().replacing(pod.withSpec(pod.spec().withTolerations(tolerations)));
    }

    private static boolean tolerates(Toleration toleration, String taint) {
        return (toleration.key().equals(taint) || toleration.key().isEmpty())
                && (toleration.effect().equals(EVICTS) || toleration.effect().isEmpty());
    }
}
