package dev.shiplog.node.image;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.containerd.PauseImage;
import dev.shiplog.node.cri.ContainerUser;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import dev.shiplog.node.cri.v1.AuthConfig;
import dev.shiplog.node.cri.v1.Image;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the image of a container is there, and that the disk does not fill up with images.
public final class ImagePullHost {
    private static final Logger LOG = LoggerFactory.getLogger(ImagePullHost.class);
    private static final int PULLS_MAX = 3;

    /// What came of wanting an image.
    public sealed interface Answer {}

    /// The image is there.
    ///
    /// @param id what the runtime knows it by
    public record Here(String id, String how) implements Answer {}

    /// The image cannot be had.
    ///
    /// @param reason a waiting reason
    public record Refused(String reason, String message) implements Answer {}

    private final CriClient cri;
    private final Semaphore pulls = new Semaphore(PULLS_MAX);
    private final Map<String, Instant> lastUsed = new ConcurrentHashMap<>();

    public ImagePullHost(CriClient cri) {
        this.cri = cri;
    }

    /// Asks for logins where an image must be pulled.
    public interface Logins {
        List<Keyring.Login> of(String image);
    }

    public Answer ensure(Container container, Logins logins) {
        String name = container.image();
        if (!PullPolicy.valid(name)) {
            return new Refused("InvalidImageName", "\"" + name + "\" is no name of an image");
        }
        PullPolicy policy = PullPolicy.of(container.imagePullPolicy(), name);
        Optional<Image> here = cri.image(name);
        if (here.isPresent() && policy != PullPolicy.ALWAYS) {
            return new Here(here.get().getId(), "Image " + name + " is here already");
        }
        if (policy == PullPolicy.NEVER) {
            return new Refused("ErrImageNeverPull", "image " + name + " is not here, and the pull policy is Never");
        }
        return pull(name, logins.of(name));
    }

    /// Pulls as whom the registry lets in first; as nobody where no login is known.
    private Answer pull(String name, List<Keyring.Login> logins) {
        List<AuthConfig> tries = logins.isEmpty()
                ? List.of(AuthConfig.getDefaultInstance())
                : logins.stream().map(ImagePullHost::auth).toList();
        pulls.acquireUninterruptibly();
        try {
            Answer answer = new Refused("ErrImagePull", "");
            for (AuthConfig each : tries) {
                answer = pull(name, each);
                if (answer instanceof Here) {
                    break;
                }
            }
            return answer;
        } finally {
            pulls.release();
        }
    }

    private Answer pull(String name, AuthConfig login) {
        try {
            return new Here(cri.pullImage(name, login), "Image " + name + " pulled");
        } catch (CriException e) {
            return new Refused("ErrImagePull", String.valueOf(e.getMessage()));
        }
    }

    private static AuthConfig auth(Keyring.Login login) {
        return AuthConfig.newBuilder()
                .setUsername(login.user())
                .setPassword(login.password())
                .build();
    }

    /// Why a container that must not run as root would; nothing when it would not.
    public Optional<String> rootProblem(Pod pod, Container container, String imageId) {
        if (!ContainerUser.mustNotBeRoot(pod, container)) {
            return Optional.empty();
        }
        Optional<Long> wanted = ContainerUser.of(pod, container);
        if (wanted.isPresent()) {
            return wanted.get() == 0 ? Optional.of("runAsNonRoot is set and runAsUser is 0") : Optional.empty();
        }
        Image image = cri.image(imageId).orElse(Image.getDefaultInstance());
        if (!image.getUsername().isEmpty()) {
            return Optional.of(
                    "runAsNonRoot is set and the image names its user, which may be root: " + image.getUsername());
        }
        return image.getUid().getValue() == 0
                ? Optional.of("runAsNonRoot is set and the image runs as root")
                : Optional.empty();
    }

    /// Removes unused images when the disk below `directory` is nearly full.
    public void collect(Set<String> inUse, Instant now, Path directory) throws IOException {
        FileStore store = Files.getFileStore(directory);
        var disk = new ImageCollection.Disk(store.getTotalSpace(), store.getTotalSpace() - store.getUsableSpace());
        List<ImageCollection.Stored> images = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Image image : cri.images()) {
            boolean needed = image.getRepoTagsList().contains(PauseImage.REFERENCE)
                    || image.getPinned()
                    || inUse.contains(image.getId())
                    || image.getRepoTagsList().stream().anyMatch(inUse::contains)
                    || image.getRepoDigestsList().stream().anyMatch(inUse::contains);
            if (needed) {
                used.add(image.getId());
                lastUsed.put(image.getId(), now);
            }
            images.add(new ImageCollection.Stored(
                    image.getId(), image.getSize(), lastUsed.computeIfAbsent(image.getId(), _ -> now)));
        }
        lastUsed.keySet()
                .retainAll(images.stream().map(ImageCollection.Stored::id).toList());
        for (String id : ImageCollection.DEFAULT.remove(disk, images, used)) {
            LOG.info("removing unused image {}", id);
            cri.removeImage(id);
        }
    }
}
