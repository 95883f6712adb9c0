package dev.shiplog.node.image;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Decides which images go when the disk fills up: unused ones, the longest unused first, until enough is free.
public record ImageCollection(int highPercent, int lowPercent) {
    /// Kubernetes' own thresholds.
    public static final ImageCollection DEFAULT = new ImageCollection(85, 80);

    /// An image that is here.
    ///
    /// @param lastUsed when a container of it was last seen, or when the image was
    public record Stored(String id, long bytes, Instant lastUsed) {}

    /// How full the disk is.
    public record Disk(long capacityBytes, long usedBytes) {
        long percent() {
            return capacityBytes == 0 ? 0 : usedBytes * 100 / capacityBytes;
        }
    }

    public List<String> remove(Disk disk, List<Stored> images, Set<String> inUse) {
        if (disk.percent() < highPercent) {
            return List.of();
        }
        long excess = disk.usedBytes() - disk.capacityBytes() * lowPercent / 100;
        List<String> chosen = new ArrayList<>();
        var oldestFirst = images.stream()
                .filter(image -> !inUse.contains(image.id()))
                .sorted(Comparator.comparing(Stored::lastUsed).thenComparing(Stored::id))
                .toList();
        for (Stored image : oldestFirst) {
            if (excess <= 0) {
                break;
            }
            chosen.add(image.id());
            excess -= image.bytes();
        }
        return chosen;
    }
}
