package dev.shiplog.api.admission;

import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.NamespaceSpec;
import dev.shiplog.core.v1.NamespaceStatus;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Keys;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// A Namespace begins open and Active, and ends in two steps: Terminating closes it, and it goes once the controller
/// has emptied it and taken its finalizer away.
final class NamespaceRules implements KindRules {
    static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final String FINALIZER = "kubernetes";
    private static final Set<String> UNDELETABLE = Set.of("default", "kube-system", "kube-public");

    @Override
    public boolean countsGenerations(ApiObject object) {
        return false;
    }

    @Override
    public ApiObject created(ApiObject object, Circumstances circumstances) {
        Namespace namespace = (Namespace) object.content();
        List<String> finalizers = namespace.spec().finalizers();
        if (!finalizers.contains(FINALIZER)) {
            finalizers = java.util.stream.Stream.concat(finalizers.stream(), java.util.stream.Stream.of(FINALIZER))
                    .toList();
        }
        return labelled(object.replacing(namespace.toBuilder()
                .spec(new NamespaceSpec(finalizers))
                .status(NamespaceStatus.builder().phase("Active").build())
                .build()));
    }

    @Override
    public ApiObject updated(ApiObject old, ApiObject object, String subresource, Circumstances circumstances) {
        Namespace before = (Namespace) old.content();
        Namespace now = (Namespace) object.content();
        return switch (subresource) {
            case "finalize" -> old.replacing(before.withSpec(now.spec()));
            default -> labelled(object.replacing(now.withSpec(before.spec())));
        };
    }

    @Override
    public ApiObject terminating(ApiObject object, Draft draft) {
        draft.release(Keys.open(object.meta().name()));
        Namespace namespace = (Namespace) object.content();
        return object.replacing(namespace.withStatus(namespace.status().withPhase("Terminating")));
    }

    @Override
    public boolean heldBack(ApiObject object) {
        return !((Namespace) object.content()).spec().finalizers().isEmpty();
    }

    @Override
    public Set<String> undeletable() {
        return UNDELETABLE;
    }

    private static ApiObject labelled(ApiObject object) {
        ObjectMeta meta = object.meta();
        if (meta.name().equals(meta.labels().get(NAME_LABEL))) {
            return object;
        }
        var labels = new TreeMap<>(meta.labels());
        labels.put(NAME_LABEL, meta.name());
        return object.withMeta(meta.withLabels(labels));
    }
}
