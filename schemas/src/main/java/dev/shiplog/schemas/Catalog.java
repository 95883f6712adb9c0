package dev.shiplog.schemas;

import dev.shiplog.apps.v1.AppsV1;
import dev.shiplog.authentication_k8s_io.v1.AuthenticationV1;
import dev.shiplog.autoscaling.v1.AutoscalingV1;
import dev.shiplog.coordination_k8s_io.v1.CoordinationV1;
import dev.shiplog.core.v1.CoreV1;
import dev.shiplog.discovery_k8s_io.v1.DiscoveryV1;
import dev.shiplog.meta.v1.MetaV1;
import dev.shiplog.policy.v1.PolicyV1;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All kinds that a program knows. It does not change; [#with] gives another.
public final class Catalog {
    /// In the order in which discovery names the groups.
    private static final List<List<KindSource>> BUILT_IN = List.of(
            CoreV1.KINDS,
            AppsV1.KINDS,
            AuthenticationV1.KINDS,
            AutoscalingV1.KINDS,
            PolicyV1.KINDS,
            CoordinationV1.KINDS,
            DiscoveryV1.KINDS,
            MetaV1.KINDS);

    private final Map<String, Kind> byFullName = new LinkedHashMap<>();
    private final Map<String, Kind> byKind = new HashMap<>();
    private final Map<String, Kind> byResource = new HashMap<>();
    private final Map<String, Kind> stored = new HashMap<>();
    private final Lazy<Map<Long, RecordType<?>>> byFingerprint = new Lazy<>(this::fingerprints);

    private Catalog(Collection<Kind> kinds) {
        for (Kind kind : kinds) {
            byFullName.put(kind.fullName(), kind);
        }
        for (Kind kind : byFullName.values()) {
            byKind.put(kind.apiVersion() + "/" + kind.kind(), kind);
            if (!kind.plural().isEmpty()) {
                byResource.put(kind.apiVersion() + "/" + kind.plural(), kind);
            }
            if (kind.store() != null) {
                stored.putIfAbsent(kind.group() + "/" + kind.plural(), kind);
            }
        }
    }

    /// The kinds of the schemas of this program.
    public static Catalog builtIn() {
        return new Catalog(BUILT_IN.stream().flatMap(List::stream).map(Kind::of).toList());
    }

    /// This catalog and more kinds; one of the same name replaces the older.
    public Catalog with(Collection<Kind> more) {
        List<Kind> all = new ArrayList<>(byFullName.values());
        all.addAll(more);
        return new Catalog(all);
    }

    /// All kinds, by group in the order of discovery.
    public Collection<Kind> kinds() {
        return List.copyOf(byFullName.values());
    }

    private static String apiVersion(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }

    public @Nullable Kind byResource(String group, String version, String resource) {
        return byResource.get(apiVersion(group, version) + "/" + resource);
    }

    public @Nullable Kind byKind(String group, String version, String kind) {
        return byApiVersion(apiVersion(group, version), kind);
    }

    /// As objects name their kind: `apps/v1` and `Deployment`.
    public @Nullable Kind byApiVersion(String apiVersion, String kind) {
        return byKind.get(apiVersion + "/" + kind);
    }

    /// The kind, in the version that is stored, behind the keys of a resource.
    public @Nullable Kind stored(String group, String resource) {
        return stored.get(group + "/" + resource);
    }

    public @Nullable Kind byFullName(String fullName) {
        return byFullName.get(fullName);
    }

    /// The type of the stored kind whose present schema has the fingerprint.
    public @Nullable RecordType<?> type(long fingerprint) {
        return byFingerprint.get().get(fingerprint);
    }

    /// Reads every stored kind's schema now, which takes a few hundred milliseconds of a cold program: for a thread
    /// beside
    /// the one that starts it. All else works without, only later.
    public void prepare() {
        byFingerprint.get().values().forEach(RecordType::node);
    }

    private Map<Long, RecordType<?>> fingerprints() {
        Map<Long, RecordType<?>> types = new HashMap<>();
        for (Kind kind : stored.values()) {
            types.put(kind.fingerprint(), kind.type());
        }
        return types;
    }
}
