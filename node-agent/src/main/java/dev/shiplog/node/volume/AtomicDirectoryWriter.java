package dev.shiplog.node.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes a directory so that a reader sees all of the old files or all of the new ones.
///
/// The files lie in a directory of their own; the link `..data` names it and is replaced in one step; each file's
/// visible
/// name is a link through `..data`.
public final class AtomicDirectoryWriter {
    private static final String DATA = "..data";
    private static final String NEXT = "..data_next";
    private static final String GENERATION = "..generation-";

    private final Path directory;
    private final @Nullable Long group;

    /// @param group that must be able to read the files; null changes no group
    public AtomicDirectoryWriter(Path directory, @Nullable Long group) {
        this.directory = directory;
        this.group = group;
    }

    /// Makes the directory hold exactly `files`. False when it did already.
    public boolean write(Map<String, FileContent> files) throws IOException {
        Files.createDirectories(directory);
        mode(directory, group == null ? 0755 : 02775);
        if (holds(files)) {
            return false;
        }
        Path old = directory.resolve(DATA);
        Path before = Files.isSymbolicLink(old) ? directory.resolve(Files.readSymbolicLink(old)) : null;
        Path fresh = Files.createTempDirectory(directory, GENERATION);
        mode(fresh, group == null ? 0755 : 02755);
        for (Map.Entry<String, FileContent> file : files.entrySet()) {
            Path path = fresh.resolve(file.getKey());
            createParents(fresh, path);
            Files.write(path, file.getValue().bytes().toByteArray());
            mode(path, group == null ? file.getValue().mode() : file.getValue().mode() | 0040);
        }
        Path next = directory.resolve(NEXT);
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, fresh.getFileName());
        Files.move(next, old, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        link(files.keySet());
        if (before != null) {
            delete(before);
        }
        return true;
    }

    private void createParents(Path top, Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && !parent.equals(top) && !Files.isDirectory(parent)) {
            createParents(top, parent);
            Files.createDirectory(parent);
            mode(parent, 0755);
        }
    }

    /// Visible names are those of the top level.
    private void link(Set<String> paths) throws IOException {
        Set<String> wanted = new HashSet<>();
        paths.forEach(path -> wanted.add(path.split("/", -1)[0]));
        for (String name : wanted) {
            Path link = directory.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        try (Stream<Path> names = Files.list(directory)) {
            for (Path each : names.toList()) {
                String name = each.getFileName().toString();
                if (!name.startsWith("..") && !wanted.contains(name) && Files.isSymbolicLink(each)) {
                    Files.delete(each);
                }
            }
        }
    }

    private boolean holds(Map<String, FileContent> files) throws IOException {
        Path data = directory.resolve(DATA);
        if (!Files.isDirectory(data)) {
            return false;
        }
        Set<String> there = new HashSet<>();
        Path real = data.toRealPath();
        try (Stream<Path> tree = Files.walk(real)) {
            tree.filter(Files::isRegularFile)
                    .forEach(file -> there.add(real.relativize(file).toString()));
        }
        if (!there.equals(files.keySet())) {
            return false;
        }
        for (Map.Entry<String, FileContent> file : files.entrySet()) {
            byte[] bytes = Files.readAllBytes(real.resolve(file.getKey()));
            if (!Arrays.equals(bytes, file.getValue().bytes().toByteArray())) {
                return false;
            }
        }
        return true;
    }

    private void mode(Path path, int mode) throws IOException {
        if (group != null) {
            Files.setAttribute(path, "unix:gid", group.intValue(), LinkOption.NOFOLLOW_LINKS);
        }
        Files.setAttribute(path, "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
