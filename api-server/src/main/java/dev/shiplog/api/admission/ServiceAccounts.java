package dev.shiplog.api.admission;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.core.v1.ConfigMapProjection;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.DownwardAPIProjection;
import dev.shiplog.core.v1.DownwardAPIVolumeFile;
import dev.shiplog.core.v1.KeyToPath;
import dev.shiplog.core.v1.ObjectFieldSelector;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.ProjectedVolumeSource;
import dev.shiplog.core.v1.ServiceAccount;
import dev.shiplog.core.v1.ServiceAccountTokenProjection;
import dev.shiplog.core.v1.Volume;
import dev.shiplog.core.v1.VolumeMount;
import dev.shiplog.core.v1.VolumeProjection;
import dev.shiplog.journal.Key;
import dev.shiplog.store.Entry;
import java.util.ArrayList;
import java.util.List;

/// Every pod runs as a ServiceAccount that exists, and finds a token for it under a well-known path.
public final class ServiceAccounts implements Admission {
    static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String DEFAULT = "default";
    private static final String VOLUME_PREFIX = "kube-api-access-";
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
    private static final int SUFFIX_LENGTH = 5;
    private static final long TOKEN_SECONDS = 3607;
    private static final int READABLE_BY_ALL = 0644;

    @Override
    public ApiObject admit(Attempt attempt) {
        if (!attempt.creates() || !attempt.of("", "pods")) {
            return attempt.object();
        }
        Pod pod = (Pod) attempt.object().content();
        if (pod.metadata().annotations().containsKey(MIRROR)) {
            return attempt.object();
        }
        String name = pod.spec().serviceAccountName().isEmpty()
                ? pod.spec().serviceAccount()
                : pod.spec().serviceAccountName();
        String account = name.isEmpty() ? DEFAULT : name;
        ServiceAccount found = find(attempt, pod, account);
        PodSpec spec = pod.spec().toBuilder()
                .serviceAccountName(account)
                .serviceAccount(account)
                .imagePullSecrets(
                        pod.spec().imagePullSecrets().isEmpty()
                                ? found.imagePullSecrets()
                                : pod.spec().imagePullSecrets())
                .build();
        if (mountsToken(spec, found)) {
            spec = withToken(spec, attempt.circumstances());
        }
        return attempt.object().replacing(pod.withSpec(spec));
    }

    private static ServiceAccount find(Attempt attempt, Pod pod, String account) {
        String namespace = pod.metadata().namespace();
        Entry entry = attempt.draft().get(new Key("", "serviceaccounts", namespace, account));
        if (entry == null) {
            ApiStatus refusal = ApiStatus.forbidden(
                    "",
                    "pods",
                    pod.metadata().name(),
                    "error looking up service account %s/%s: serviceaccount \"%s\" not found"
                            .formatted(namespace, account, account));
            throw account.equals(DEFAULT) ? new SoonException(refusal) : new StatusException(refusal);
        }
        return attempt.circumstances().codec().decode(entry.schema(), entry.value(), ServiceAccount.class);
    }

    private static boolean mountsToken(PodSpec spec, ServiceAccount account) {
        Boolean own = spec.automountServiceAccountToken();
        if (own != null) {
            return own;
        }
        Boolean ofAccount = account.automountServiceAccountToken();
        return ofAccount == null || ofAccount;
    }

    private static PodSpec withToken(PodSpec spec, Circumstances circumstances) {
        boolean wanted = spec.containers().stream().anyMatch(ServiceAccounts::lacksMount)
                || spec.initContainers().stream().anyMatch(ServiceAccounts::lacksMount);
        if (!wanted) {
            return spec;
        }
        var name = new StringBuilder(VOLUME_PREFIX);
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(SUFFIX_ALPHABET.charAt(circumstances.random().nextInt(SUFFIX_ALPHABET.length())));
        }
        String volume = name.toString();
        var volumes = new ArrayList<>(spec.volumes());
        volumes.add(Volume.builder().name(volume).projected(token()).build());
        return spec.toBuilder()
                .volumes(volumes)
                .initContainers(mounted(spec.initContainers(), volume))
                .containers(mounted(spec.containers(), volume))
                .build();
    }

    private static List<Container> mounted(List<Container> containers, String volume) {
        VolumeMount mount = VolumeMount.builder()
                .name(volume)
                .mountPath(MOUNT_PATH)
                .readOnly(true)
                .build();
        return containers.stream()
                .map(container -> lacksMount(container) ? withMount(container, mount) : container)
                .toList();
    }

    private static Container withMount(Container container, VolumeMount mount) {
        var mounts = new ArrayList<>(container.volumeMounts());
        mounts.add(mount);
        return container.withVolumeMounts(mounts);
    }

    private static boolean lacksMount(Container container) {
        return container.volumeMounts().stream()
                .noneMatch(mount -> mount.mountPath().equals(MOUNT_PATH));
    }

    private static ProjectedVolumeSource token() {
        return ProjectedVolumeSource.builder()
                .defaultMode(READABLE_BY_ALL)
                .sources(List.of(
                        VolumeProjection.builder()
                                .serviceAccountToken(ServiceAccountTokenProjection.builder()
                                        .expirationSeconds(TOKEN_SECONDS)
                                        .path("token")
                                        .build())
                                .build(),
                        VolumeProjection.builder()
                                .configMap(ConfigMapProjection.builder()
                                        .name("kube-root-ca.crt")
                                        .items(List.of(KeyToPath.builder()
                                                .key("ca.crt")
                                                .path("ca.crt")
                                                .build()))
                                        .build())
                                .build(),
                        VolumeProjection.builder()
                                .downwardAPI(DownwardAPIProjection.builder()
                                        .items(List.of(DownwardAPIVolumeFile.builder()
                                                .path("namespace")
                                                .fieldRef(ObjectFieldSelector.builder()
                                                        .apiVersion("v1")
                                                        .fieldPath("metadata.namespace")
                                                        .build())
                                                .build()))
                                        .build())
                                .build()))
                .build();
    }
}
