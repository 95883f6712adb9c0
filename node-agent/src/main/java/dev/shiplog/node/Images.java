package dev.shiplog.node;

import dev.shiplog.node.containerd.ContainerdLauncher;
import dev.shiplog.node.containerd.ContainerdPaths;
import dev.shiplog.node.cri.CriClient;
import dev.shiplog.node.cri.CriException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The images of a node with a containerd of our own. Starts that containerd when it is not running, and ends it again.
public final class Images {
    private final ContainerdPaths paths;

    public Images(Path data, Path run) {
        this.paths = ContainerdPaths.under(data, run);
    }

    /// An image that is here.
    ///
    /// @param id by content
    /// @param names under which containers ask for it
    public record Stored(String id, List<String> names, long bytes) {}

    /// Takes in the images of an archive, an OCI layout or what `docker save` writes; returns their names.
    public List<String> importArchive(Path archive) throws IOException {
        return with((containerd, cri) -> {
            List<String> names = containerd.importImages(archive.toAbsolutePath());
            awaitVisible(cri, names);
            return names;
        });
    }

    public List<Stored> list() throws IOException {
        return with((containerd, cri) -> {
            List<Stored> images = new ArrayList<>();
            cri.images()
                    .forEach(image -> images.add(
                            new Stored(image.getId(), List.copyOf(image.getRepoTagsList()), image.getSize())));
            return images;
        });
    }

    private interface Work<T> {
        T with(ContainerdLauncher containerd, CriClient cri) throws IOException;
    }

    private <T> T with(Work<T> work) throws IOException {
        boolean was = ContainerdLauncher.running(paths).isPresent();
        var containerd = ContainerdLauncher.start(paths);
        try (var cri = new CriClient(containerd.endpoint())) {
            return work.with(containerd, cri);
        } catch (CriException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            if (was) {
                containerd.release();
            } else {
                containerd.close();
            }
        }
    }

    /// The runtime learns of imported images a moment later.
    private static void awaitVisible(CriClient cri, List<String> names) throws IOException {
        try {
            for (String name : names) {
                for (int n = 0; cri.image(name).isEmpty() && n < 250; n++) {
                    Thread.sleep(20);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
