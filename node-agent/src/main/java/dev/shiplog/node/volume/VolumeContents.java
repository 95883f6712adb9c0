package dev.shiplog.node.volume;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.DownwardAPIVolumeFile;
import dev.shiplog.core.v1.KeyToPath;
import dev.shiplog.core.v1.ServiceAccountTokenProjection;
import dev.shiplog.core.v1.Volume;
import dev.shiplog.core.v1.VolumeProjection;
import dev.shiplog.node.api.Sources;
import dev.shiplog.node.pod.Fields;
import dev.shiplog.schemas.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Works out which files a volume holds that is made of objects: configMap, secret, downwardAPI, projected.
public final class VolumeContents {
    private static final int MODE_DEFAULT = 0644;
    private static final long TOKEN_SECONDS_DEFAULT = 3_600;

    /// Gives tokens; called again only when the last one is worn.
    public interface Tokens {
        String token(Sources.TokenWish wish) throws Sources.AwayException;
    }

    private final Sources sources;
    private final Tokens tokens;
    private final Fields fields;
    private final Map<String, FileContent> files = new TreeMap<>();

    private VolumeContents(Sources sources, Tokens tokens, Fields fields) {
        this.sources = sources;
        this.tokens = tokens;
        this.fields = fields;
    }

    public static boolean madeOfObjects(Volume volume) {
        return volume.configMap() != null
                || volume.secret() != null
                || volume.downwardAPI() != null
                || volume.projected() != null;
    }

    /// Whether its files must never be on a disk.
    public static boolean secret(Volume volume) {
        return volume.secret() != null || volume.projected() != null;
    }

    public static Map<String, FileContent> of(Volume volume, Sources sources, Tokens tokens, Fields fields)
            throws VolumeException, Sources.AwayException {
        var contents = new VolumeContents(sources, tokens, fields);
        contents.add(volume);
        return contents.files;
    }

    private void add(Volume volume) throws VolumeException, Sources.AwayException {
        if (volume.configMap() != null) {
            var source = volume.configMap();
            addObject("ConfigMap", source.name(), source.items(), source.optional(), mode(source.defaultMode()));
        } else if (volume.secret() != null) {
            var source = volume.secret();
            addObject("Secret", source.secretName(), source.items(), source.optional(), mode(source.defaultMode()));
        } else if (volume.downwardAPI() != null) {
            addDownward(volume.downwardAPI().items(), mode(volume.downwardAPI().defaultMode()));
        } else if (volume.projected() != null) {
            int mode = mode(volume.projected().defaultMode());
            for (VolumeProjection projection : volume.projected().sources()) {
                addProjection(projection, mode);
            }
        }
    }

    private void addProjection(VolumeProjection projection, int mode) throws VolumeException, Sources.AwayException {
        if (projection.configMap() != null) {
            var source = projection.configMap();
            addObject("ConfigMap", source.name(), source.items(), source.optional(), mode);
        } else if (projection.secret() != null) {
            var source = projection.secret();
            addObject("Secret", source.name(), source.items(), source.optional(), mode);
        } else if (projection.downwardAPI() != null) {
            addDownward(projection.downwardAPI().items(), mode);
        } else if (projection.serviceAccountToken() != null) {
            addToken(projection.serviceAccountToken(), mode);
        } else {
            throw new VolumeException("a projection is of a kind that this node does not know");
        }
    }

    private void addObject(String kind, String name, List<KeyToPath> items, @Nullable Boolean optional, int defaultMode)
            throws VolumeException, Sources.AwayException {
        String namespace = fields.pod().metadata().namespace();
        Optional<Map<String, Bytes>> found =
                kind.equals("Secret") ? sources.secret(namespace, name) : sources.configMap(namespace, name);
        boolean mayLack = Boolean.TRUE.equals(optional);
        if (found.isEmpty()) {
            if (mayLack) {
                return;
            }
            throw new VolumeException(kind + " " + name + " not found");
        }
        if (items.isEmpty()) {
            found.get().forEach((key, bytes) -> files.put(key, new FileContent(bytes, defaultMode)));
        }
        for (KeyToPath item : items) {
            Bytes bytes = found.get().get(item.key());
            if (bytes != null) {
                put(item.path(), bytes, item.mode() == null ? defaultMode : item.mode());
            } else if (!mayLack) {
                throw new VolumeException(kind + " " + name + " has no key " + item.key());
            }
        }
    }

    private void addDownward(List<DownwardAPIVolumeFile> items, int defaultMode) throws VolumeException {
        for (DownwardAPIVolumeFile item : items) {
            try {
                String text = item.fieldRef() != null
                        ? fields.field(item.fieldRef().fieldPath())
                        : item.resourceFieldRef() != null
                                ? fields.resource(item.resourceFieldRef(), Container.EMPTY)
                                : "";
                put(item.path(), Bytes.utf8(text), item.mode() == null ? defaultMode : item.mode());
            } catch (IllegalArgumentException e) {
                throw new VolumeException(String.valueOf(e.getMessage()));
            }
        }
    }

    private void addToken(ServiceAccountTokenProjection source, int mode)
            throws VolumeException, Sources.AwayException {
        var pod = fields.pod();
        String account = pod.spec().serviceAccountName().isEmpty()
                ? "default"
                : pod.spec().serviceAccountName();
        var wish = new Sources.TokenWish(
                pod.metadata().namespace(),
                account,
                pod.metadata().name(),
                pod.metadata().uid(),
                source.audience(),
                source.expirationSeconds() == null ? TOKEN_SECONDS_DEFAULT : source.expirationSeconds());
        put(source.path(), Bytes.utf8(tokens.token(wish)), mode);
    }

    private void put(String path, Bytes bytes, int mode) throws VolumeException {
        if (path.isEmpty() || path.startsWith("/") || List.of(path.split("/")).contains("..")) {
            throw new VolumeException("path " + path + " leaves the volume");
        }
        files.put(path, new FileContent(bytes, mode));
    }

    private static int mode(@Nullable Integer mode) {
        return mode == null ? MODE_DEFAULT : mode;
    }
}
