package dev.shiplog.node.volume;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.HostPathVolumeSource;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSecurityContext;
import dev.shiplog.core.v1.Volume;
import dev.shiplog.core.v1.VolumeMount;
import dev.shiplog.node.api.Sources;
import dev.shiplog.node.containerd.ContainerdCleanup;
import dev.shiplog.node.cri.PodPaths;
import dev.shiplog.node.cri.v1.Mount;
import dev.shiplog.node.cri.v1.MountPropagation;
import dev.shiplog.node.pod.Amount;
import dev.shiplog.node.pod.Expansion;
import dev.shiplog.node.pod.Fields;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The volumes of the pods of a node: fills them, keeps them fresh, and says where containers find them.
public final class VolumesHost {
    private static final int FREE_FOR_ALL = 0777;
    private static final int SHARED_BY_GROUP = 02777;
    private static final Set<String> MEDIA = Set.of("", "Memory");

    private final PodPaths paths;
    private final Sources sources;
    private final Clock clock;
    private final Map<String, Map<Sources.TokenWish, Sources.Token>> tokens = new ConcurrentHashMap<>();

    public VolumesHost(PodPaths paths, Sources sources, Clock clock) {
        this.paths = paths;
        this.sources = sources;
        this.clock = clock;
    }

    /// Sees to it that Secrets and tokens are written to memory only.
    public void prepareSecrets() throws IOException, VolumeException {
        Files.createDirectories(paths.secrets());
        if (!Files.getFileStore(paths.secrets()).type().equals("tmpfs")) {
            mountMemory(paths.secrets(), "mode=0755");
        }
    }

    /// Fills every volume of a pod. Doing it again changes only what is out of date.
    public void prepare(Pod pod, Fields fields) throws VolumeException, IOException {
        for (Volume volume : pod.spec().volumes()) {
            prepare(volume, fields);
        }
    }

    /// Brings the volumes that are made of objects up to date.
    public void refresh(Pod pod, Fields fields) throws VolumeException, IOException {
        for (Volume volume : pod.spec().volumes()) {
            if (VolumeContents.madeOfObjects(volume)) {
                write(volume, fields);
            }
        }
    }

    /// Takes away everything that a pod has in volumes of this node.
    public void clean(String uid) throws IOException {
        tokens.remove(uid);
        ContainerdCleanup.unmountBelow(paths.pod(uid));
        ContainerdCleanup.delete(paths.pod(uid));
        ContainerdCleanup.delete(paths.secrets(uid));
    }

    /// What to say of a pod that has an emptyDir on disk that holds more than its limit; nothing of others. One in
    /// memory cannot grow that far.
    ///
    /// See kubernetes.io/docs/concepts/configuration/manage-resources-containers, "Local ephemeral storage".
    public Optional<String> overLimit(Pod pod) throws VolumeException, IOException {
        for (Volume volume : pod.spec().volumes()) {
            var source = volume.emptyDir();
            if (source == null
                    || !source.medium().isEmpty()
                    || source.sizeLimit().isEmpty()
                    || !Files.isDirectory(path(pod, volume))) {
                continue;
            }
            if (bytes(path(pod, volume)) > Amount.whole(source.sizeLimit())) {
                return Optional.of("Usage of EmptyDir volume \"%s\" exceeds the limit \"%s\"."
                        .formatted(volume.name(), source.sizeLimit()));
            }
        }
        return Optional.empty();
    }

    /// What a directory takes on the disk. Files that vanish meanwhile do not matter.
    private static long bytes(Path directory) throws VolumeException, IOException {
        String output = output(new ProcessBuilder("du", "-sxB1", directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
        String number = output.replaceAll("\\s.*", "");
        if (number.isEmpty()) {
            throw new VolumeException("du said nothing of " + directory);
        }
        return Long.parseLong(number);
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
    }

    private void prepare(Volume volume, Fields fields) throws VolumeException, IOException {
        if (VolumeContents.madeOfObjects(volume)) {
            write(volume, fields);
        } else if (volume.emptyDir() != null) {
            emptyDirectory(fields.pod(), volume);
        } else if (volume.hostPath() != null) {
            hostPath(volume.hostPath());
        } else {
            throw new VolumeException("volume " + volume.name() + " is of a kind that this node does not know");
        }
    }

    private void write(Volume volume, Fields fields) throws VolumeException, IOException {
        Pod pod = fields.pod();
        try {
            var files = VolumeContents.of(
                    volume, sources, wish -> token(pod.metadata().uid(), wish), fields);
            new AtomicDirectoryWriter(path(pod, volume), group(pod)).write(files);
        } catch (Sources.AwayException e) {
            throw new VolumeException(String.valueOf(e.getMessage()));
        }
    }

    private String token(String uid, Sources.TokenWish wish) throws Sources.AwayException {
        var ofPod = tokens.computeIfAbsent(uid, _ -> new ConcurrentHashMap<>());
        Sources.Token token = ofPod.get(wish);
        if (token == null || token.renewAtSecond() <= clock.instant().getEpochSecond()) {
            token = sources.token(wish);
            ofPod.put(wish, token);
        }
        return token.text();
    }

    private void emptyDirectory(Pod pod, Volume volume) throws IOException, VolumeException {
        Path directory = path(pod, volume);
        if (Files.isDirectory(directory)) {
            return;
        }
        var source = volume.emptyDir();
        if (source != null && !MEDIA.contains(source.medium())) {
            throw new VolumeException(
                    "volume " + volume.name() + " is of a medium that this node does not have: " + source.medium());
        }
        Files.createDirectories(directory);
        if (source != null && source.medium().equals("Memory")) {
            String size = source.sizeLimit().isEmpty() ? "" : ",size=" + Amount.whole(source.sizeLimit());
            mountMemory(directory, "mode=0777" + size);
        }
        Long group = group(pod);
        if (group != null) {
            Files.setAttribute(directory, "unix:gid", group.intValue());
        }
        Files.setAttribute(directory, "unix:mode", group == null ? FREE_FOR_ALL : SHARED_BY_GROUP);
    }

    static void mountMemory(Path directory, String options) throws IOException, VolumeException {
        Process process = new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new VolumeException("cannot mount memory: " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VolumeException("interrupted");
        }
    }

    private static void hostPath(HostPathVolumeSource source) throws IOException, VolumeException {
        Path path = Path.of(source.path());
        String type = source.type() == null ? "" : source.type();
        switch (type) {
            case "" -> {}
            case "DirectoryOrCreate" -> Files.createDirectories(path);
            case "Directory" -> require(Files.isDirectory(path), path, "directory");
            case "FileOrCreate" -> createFile(path);
            case "File" -> require(Files.isRegularFile(path), path, "file");
            case "Socket" -> require(typeBits(path) == 0140000, path, "socket");
            case "CharDevice" -> require(typeBits(path) == 0020000, path, "character device");
            case "BlockDevice" -> require(typeBits(path) == 0060000, path, "block device");
            default -> throw new VolumeException("hostPath type " + type + " is not known");
        }
    }

    private static void createFile(Path path) throws IOException {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            // there already, which is what was wanted
        }
    }

    private static int typeBits(Path path) throws IOException {
        return Files.exists(path) ? (int) Files.getAttribute(path, "unix:mode") & 0170000 : 0;
    }

    private static void require(boolean holds, Path path, String what) throws VolumeException {
        if (!holds) {
            throw new VolumeException("hostPath " + path + " is no " + what);
        }
    }

    private Path path(Pod pod, Volume volume) {
        String uid = pod.metadata().uid();
        return VolumeContents.secret(volume)
                ? paths.secretVolume(uid, volume.name())
                : paths.volume(uid, volume.name());
    }

    private static @Nullable Long group(Pod pod) {
        PodSecurityContext context = pod.spec().securityContext();
        return context == null ? null : context.fsGroup();
    }

    // ---- mounts

    /// The mounts of a container; its sub-paths are made if they are not there.
    public List<Mount> mounts(Pod pod, Container container, Map<String, String> variables)
            throws IOException, VolumeException {
        Map<String, Volume> volumes = new HashMap<>();
        pod.spec().volumes().forEach(volume -> volumes.put(volume.name(), volume));
        List<Mount> mounts = new ArrayList<>();
        for (VolumeMount mount : container.volumeMounts()) {
            Volume volume = volumes.get(mount.name());
            if (volume == null) {
                throw new VolumeException("container " + container.name() + " mounts no volume: " + mount.name());
            }
            mounts.add(mount(pod, volume, mount, variables));
        }
        return mounts;
    }

    private Mount mount(Pod pod, Volume volume, VolumeMount mount, Map<String, String> variables)
            throws IOException, VolumeException {
        Path host = volume.hostPath() != null ? Path.of(volume.hostPath().path()) : path(pod, volume);
        String inside =
                mount.subPathExpr().isEmpty() ? mount.subPath() : Expansion.expand(mount.subPathExpr(), variables);
        if (!inside.isEmpty()) {
            host = subPath(host, inside, volume);
        }
        String propagation = mount.mountPropagation() == null ? "" : mount.mountPropagation();
        return Mount.newBuilder()
                .setContainerPath(mount.mountPath().startsWith("/") ? mount.mountPath() : "/" + mount.mountPath())
                .setHostPath(host.toString())
                .setReadonly(mount.readOnly() || VolumeContents.madeOfObjects(volume))
                .setPropagation(
                        switch (propagation) {
                            case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                            case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
                            default -> MountPropagation.PROPAGATION_PRIVATE;
                        })
                .build();
    }

    /// A place inside a volume. One that a link leads out of the volume is refused.
    private static Path subPath(Path volume, String inside, Volume source) throws IOException, VolumeException {
        Path path = volume.resolve(inside).normalize();
        if (inside.startsWith("/") || !path.startsWith(volume)) {
            throw new VolumeException("subPath " + inside + " leaves the volume");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !VolumeContents.madeOfObjects(source)) {
            Files.createDirectories(path);
        }
        if (!Files.exists(path)) {
            throw new VolumeException("subPath " + inside + " is not in the volume");
        }
        Path real = path.toRealPath();
        if (!real.startsWith(volume.toRealPath())) {
            throw new VolumeException("subPath " + inside + " leaves the volume");
        }
        return real;
    }
}
