package dev.shiplog.api.discovery;

import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The kinds with a path of their own, by group and version, in the order in which clients shall look through them.
///
/// @param groups by name; the core group has the empty name and comes first
record Served(Map<String, List<Version>> groups) {
    /// Earlier groups win where a short name is not unique.
    private static final List<String> FIRST =
            List.of("", "apps", "autoscaling", "batch", "networking.k8s.io", "policy");

    /// One version of a group; a group's preferred version comes first.
    record Version(String group, String version, List<Kind> kinds) {
        String groupVersion() {
            return group.isEmpty() ? version : group + "/" + version;
        }
    }

    static Served of(Catalog catalog) {
        Comparator<Kind> order = Comparator.<Kind>comparingInt(kind -> rank(kind.group()))
                .thenComparing(Kind::group)
                .thenComparing(Kind::version)
                .thenComparing(Kind::plural);
        var groups = new LinkedHashMap<String, List<Version>>();
        catalog.kinds().stream()
                .filter(kind -> !kind.plural().isEmpty() && !kind.verbs().isEmpty())
                .sorted(order)
                .forEach(kind -> add(groups.computeIfAbsent(kind.group(), _ -> new ArrayList<>()), kind));
        return new Served(groups);
    }

    private static void add(List<Version> versions, Kind kind) {
        if (versions.isEmpty() || !versions.getLast().version().equals(kind.version())) {
            versions.add(new Version(kind.group(), kind.version(), new ArrayList<>()));
        }
        versions.getLast().kinds().add(kind);
    }

    private static int rank(String group) {
        int at = FIRST.indexOf(group);
        return at < 0 ? FIRST.size() : at;
    }
}
