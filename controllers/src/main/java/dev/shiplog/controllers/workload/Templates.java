package dev.shiplog.controllers.workload;

import dev.shiplog.core.v1.PodTemplateSpec;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import dev.shiplog.store.reconcile.Names;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Pod templates, and the label that keeps those of one Deployment apart.
///
/// See kubernetes.io/docs/concepts/workloads/controllers/deployment, "Pod-template-hash label".
final class Templates {
    static final String HASH_LABEL = "pod-template-hash";
    private static final int HASH_LENGTH = 10;

    private Templates() {}

    static String hash(PodTemplateSpec template, @Nullable Integer collisions) {
        return Names.letters(Binary.encode(template), collisions == null ? 0 : collisions, HASH_LENGTH);
    }

    /// Whether the templates ask for the same pods.
    static boolean same(PodTemplateSpec a, PodTemplateSpec b) {
        return bare(a).equals(bare(b));
    }

    private static PodTemplateSpec bare(PodTemplateSpec template) {
        var labels = new TreeMap<>(template.metadata().labels());
        labels.remove(HASH_LABEL);
        ObjectMeta metadata = ObjectMeta.builder()
                .labels(labels)
                .annotations(template.metadata().annotations())
                .finalizers(template.metadata().finalizers())
                .build();
        return template.withMetadata(metadata);
    }

    static PodTemplateSpec labelled(PodTemplateSpec template, String hash) {
        return template.withMetadata(
                template.metadata().withLabels(with(template.metadata().labels(), hash)));
    }

    static LabelSelector labelled(LabelSelector selector, String hash) {
        return selector.withMatchLabels(with(selector.matchLabels(), hash));
    }

    private static Map<String, String> with(Map<String, String> labels, String hash) {
        var more = new TreeMap<>(labels);
        more.put(HASH_LABEL, hash);
        return more;
    }
}
