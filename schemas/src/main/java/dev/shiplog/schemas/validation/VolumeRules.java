package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.DownwardAPIVolumeFile;
import dev.shiplog.core.v1.KeyToPath;
import dev.shiplog.core.v1.Volume;
import dev.shiplog.core.v1.VolumeProjection;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/// Rules for the volumes of a pod: each has a name and exactly one source.
final class VolumeRules {
    private static final Set<String> FIELD_PATHS =
            Set.of("metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid");

    private VolumeRules() {}

    /// Checks the volumes and answers their names.
    static Set<String> check(List<Volume> volumes, Path at, Causes causes) {
        var names = new HashSet<String>();
        for (int i = 0; i < volumes.size(); i++) {
            Volume volume = volumes.get(i);
            Path each = at.index(i);
            if (!volume.name().isEmpty()) {
                causes.invalid(each.field("name"), volume.name(), Names.dns1123Label(volume.name()));
                if (!names.add(volume.name())) {
                    causes.duplicate(each.field("name"), volume.name());
                }
            }
            long sources = sources(volume);
            if (sources == 0) {
                causes.required(each, "must specify a volume type");
            } else if (sources > 1) {
                causes.forbidden(each, "may not specify more than 1 volume type");
            }
            source(volume, each, causes);
        }
        return names;
    }

    private static long sources(Volume volume) {
        return volume.getSchema().getFields().stream()
                .filter(field -> field.schema().getType() == Schema.Type.UNION)
                .filter(field -> volume.get(field.pos()) != null)
                .count();
    }

    private static void source(Volume volume, Path at, Causes causes) {
        var hostPath = volume.hostPath();
        if (hostPath != null && Arrays.asList(hostPath.path().split("/")).contains("..")) {
            causes.invalid(at.field("hostPath").field("path"), hostPath.path(), "must not contain '..'");
        }
        var configMap = volume.configMap();
        if (configMap != null) {
            if (configMap.name().isEmpty()) {
                causes.required(at.field("configMap").field("name"));
            }
            items(configMap.items(), at.field("configMap").field("items"), causes);
        }
        var secret = volume.secret();
        if (secret != null) {
            if (secret.secretName().isEmpty()) {
                causes.required(at.field("secret").field("secretName"));
            }
            items(secret.items(), at.field("secret").field("items"), causes);
        }
        var downward = volume.downwardAPI();
        if (downward != null) {
            files(downward.items(), at.field("downwardAPI").field("items"), causes);
        }
        var empty = volume.emptyDir();
        if (empty != null && empty.sizeLimit().startsWith("-")) {
            causes.forbidden(
                    at.field("emptyDir").field("sizeLimit"), "SizeLimit field must be a valid resource quantity");
        }
        var projected = volume.projected();
        if (projected != null) {
            for (int i = 0; i < projected.sources().size(); i++) {
                projection(
                        projected.sources().get(i),
                        at.field("projected").field("sources").index(i),
                        causes);
            }
        }
    }

    private static void projection(VolumeProjection source, Path at, Causes causes) {
        long count = Stream.of(
                        source.configMap(),
                        source.secret(),
                        source.downwardAPI(),
                        source.serviceAccountToken(),
                        source.clusterTrustBundle(),
                        source.podCertificate())
                .filter(Objects::nonNull)
                .count();
        if (count == 0) {
            causes.required(at, "must specify a source");
        } else if (count > 1) {
            causes.forbidden(at, "may not specify more than 1 volume type");
        }
        if (source.configMap() != null) {
            if (source.configMap().name().isEmpty()) {
                causes.required(at.field("configMap").field("name"));
            }
            items(source.configMap().items(), at.field("configMap").field("items"), causes);
        }
        if (source.secret() != null) {
            if (source.secret().name().isEmpty()) {
                causes.required(at.field("secret").field("name"));
            }
            items(source.secret().items(), at.field("secret").field("items"), causes);
        }
        if (source.downwardAPI() != null) {
            files(source.downwardAPI().items(), at.field("downwardAPI").field("items"), causes);
        }
        if (source.serviceAccountToken() != null) {
            inside(
                    source.serviceAccountToken().path(),
                    at.field("serviceAccountToken").field("path"),
                    causes);
        }
    }

    private static void items(List<KeyToPath> items, Path at, Causes causes) {
        for (int i = 0; i < items.size(); i++) {
            inside(items.get(i).path(), at.index(i).field("path"), causes);
        }
    }

    private static void files(List<DownwardAPIVolumeFile> files, Path at, Causes causes) {
        for (int i = 0; i < files.size(); i++) {
            DownwardAPIVolumeFile file = files.get(i);
            inside(file.path(), at.index(i).field("path"), causes);
            var field = file.fieldRef();
            var resource = file.resourceFieldRef();
            if (field != null && resource != null) {
                causes.invalid(
                        at.index(i), "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            } else if (field == null && resource == null) {
                causes.required(at.index(i), "one of fieldRef and resourceFieldRef is required");
            }
            if (field != null) {
                ContainerRules.fieldPath(
                        field.fieldPath(),
                        FIELD_PATHS,
                        at.index(i).field("fieldRef").field("fieldPath"),
                        causes);
            }
            if (resource != null) {
                if (resource.containerName().isEmpty()) {
                    causes.required(at.index(i).field("resourceFieldRef").field("containerName"));
                }
                ContainerRules.resource(
                        resource.resource(),
                        at.index(i).field("resourceFieldRef").field("resource"),
                        causes);
            }
        }
    }

    /// A path that stays below where it begins.
    static void inside(String path, Path at, Causes causes) {
        if (path.startsWith("/")) {
            causes.invalid(at, path, "must be a relative path");
        }
        if (Arrays.asList(path.split("/")).contains("..")) {
            causes.invalid(at, path, "must not contain '..'");
        }
    }
}
