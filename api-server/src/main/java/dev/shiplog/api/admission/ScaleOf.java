package dev.shiplog.api.admission;

import dev.shiplog.autoscaling.v1.Scale;
import dev.shiplog.autoscaling.v1.ScaleSpec;
import dev.shiplog.autoscaling.v1.ScaleStatus;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.select.FieldPath;
import dev.shiplog.schemas.select.Selector;

/// The Scale of the kinds that have one: reading it from them, and writing it back, where their schemas say that its
/// parts stand.
public final class ScaleOf {
    private static final String SCALE = "scale";
    /// How many replicas there are of what does not say.
    private static final int REPLICAS_DEFAULT = 1;

    private ScaleOf() {}

    public static Scale read(ApiObject object, String resourceVersion) {
        ObjectMeta meta = object.meta();
        Kind.ScalePaths paths = paths(object);
        return Scale.builder()
                .metadata(ObjectMeta.builder()
                        .name(meta.name())
                        .namespace(meta.namespace())
                        .uid(meta.uid())
                        .resourceVersion(resourceVersion)
                        .creationTimestamp(meta.creationTimestamp())
                        .build())
                .spec(new ScaleSpec(number(object, paths.specReplicasPath(), REPLICAS_DEFAULT)))
                .status(ScaleStatus.builder()
                        .replicas(number(object, paths.statusReplicasPath(), 0))
                        .selector(selector(object, paths.labelSelectorPath()))
                        .build())
                .build();
    }

    public static ApiObject write(ApiObject object, Scale scale) {
        return object.replacing(path(object, paths(object).specReplicasPath())
                .with(object.content(), scale.spec().replicas()));
    }

    private static int number(ApiObject object, String path, int absent) {
        var values = path(object, path).values(object.content());
        return !values.isEmpty() && values.getFirst() instanceof Integer number ? number : absent;
    }

    private static String selector(ApiObject object, String path) {
        var values = path(object, path).values(object.content());
        return !values.isEmpty() && values.getFirst() instanceof LabelSelector selector
                ? Selector.of(selector).text()
                : "";
    }

    private static FieldPath path(ApiObject object, String path) {
        return FieldPath.compile(object.kind().schema(), path);
    }

    private static Kind.ScalePaths paths(ApiObject object) {
        Kind.Subresource subresource = object.kind().subresource(SCALE);
        Kind.ScalePaths paths = subresource == null ? null : subresource.scale();
        if (paths == null) {
            throw new AssertionError(object.kind().kind() + " has no scale");
        }
        return paths;
    }
}
