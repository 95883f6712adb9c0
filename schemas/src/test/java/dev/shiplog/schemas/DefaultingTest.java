package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.DeploymentSpec;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.Secret;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.meta.v1.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultingTest {
    @Test
    void aPodGetsWhatKubernetesGivesIt() {
        PodSpec spec = pod("""
                {"containers":[{"name":"c","image":"nginx","resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"100m"}},
                  "ports":[{"containerPort":80}],"livenessProbe":{"httpGet":{"port":80}}}],
                 "volumes":[{"name":"v"},{"name":"s","secret":{"secretName":"x"}}],"serviceAccountName":"robot"}""");

        assertThat(spec.restartPolicy()).isEqualTo("Always");
        assertThat(spec.dnsPolicy()).isEqualTo("ClusterFirst");
        assertThat(spec.terminationGracePeriodSeconds()).isEqualTo(30L);
        assertThat(spec.schedulerName()).isEqualTo("default-scheduler");
        assertThat(spec.enableServiceLinks()).isTrue();
        assertThat(spec.securityContext()).isNotNull();
        assertThat(spec.serviceAccount()).isEqualTo("robot");
        Container container = spec.containers().getFirst();
        assertThat(container.terminationMessagePath()).isEqualTo("/dev/termination-log");
        assertThat(container.terminationMessagePolicy()).isEqualTo("File");
        assertThat(container.resources().requests()).isEqualTo(Map.of("cpu", "100m", "memory", "1Gi"));
        assertThat(container.ports().getFirst().protocol()).isEqualTo("TCP");
        assertThat(container.livenessProbe()).satisfies(probe -> {
            assertThat(probe.timeoutSeconds()).isEqualTo(1);
            assertThat(probe.periodSeconds()).isEqualTo(10);
            assertThat(probe.successThreshold()).isEqualTo(1);
            assertThat(probe.failureThreshold()).isEqualTo(3);
        });
        assertThat(spec.volumes().getFirst().emptyDir()).isNotNull();
        assertThat(spec.volumes().getLast().emptyDir()).isNull();
        assertThat(spec.volumes().getLast().secret()).extracting("defaultMode").isEqualTo(420);
    }

    @Test
    void whatIsSetStays() {
        PodSpec spec = pod("""
                {"containers":[{"name":"c","image":"nginx","imagePullPolicy":"Never"}],"terminationGracePeriodSeconds":0,"enableServiceLinks":false,"restartPolicy":"Never"}""");

        assertThat(spec.terminationGracePeriodSeconds()).isZero();
        assertThat(spec.enableServiceLinks()).isFalse();
        assertThat(spec.restartPolicy()).isEqualTo("Never");
        assertThat(spec.containers().getFirst().imagePullPolicy()).isEqualTo("Never");
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, Always",
        "nginx:latest, Always",
        "nginx:1.25, IfNotPresent",
        "host:5000/nginx, Always",
        "host:5000/nginx:1, IfNotPresent",
        "nginx@sha256:00, IfNotPresent",
        "nginx:latest@sha256:00, Always",
    })
    void anImageWithoutAVersionIsPulledAlways(String image, String policy) {
        PodSpec spec = pod("{\"containers\":[{\"name\":\"c\",\"image\":\"" + image + "\"}]}");

        assertThat(spec.containers().getFirst().imagePullPolicy()).isEqualTo(policy);
    }

    @Test
    void hostPortsFollowTheHostNetwork() {
        PodSpec spec =
                pod("{\"hostNetwork\":true,\"containers\":[{\"name\":\"c\",\"ports\":[{\"containerPort\":80}]}]}");

        assertThat(spec.containers().getFirst().ports().getFirst().hostPort()).isEqualTo(80);
    }

    @Test
    void aDeploymentRollsByQuarters() {
        DeploymentSpec spec = Defaulting.apply(Deployment.EMPTY).spec();

        assertThat(spec.replicas()).isEqualTo(1);
        assertThat(spec.revisionHistoryLimit()).isEqualTo(10);
        assertThat(spec.progressDeadlineSeconds()).isEqualTo(600);
        assertThat(new String(Json.encode(spec.strategy()), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":\"25%\"},\"type\":\"RollingUpdate\"}");
        Deployment recreate = Deployment.EMPTY.withSpec(DeploymentSpec.EMPTY.withStrategy(
                DeploymentSpec.EMPTY.strategy().withType("Recreate")));
        assertThat(Defaulting.apply(recreate).spec().strategy().rollingUpdate()).isNull();
    }

    @Test
    void templatesDoNotGetWhatOnlyPodsGet() {
        Deployment deployment = Deployment.EMPTY.withSpec(DeploymentSpec.EMPTY.withTemplate(DeploymentSpec.EMPTY
                .template()
                .withSpec(PodSpec.EMPTY.withContainers(List.of(Container.EMPTY.withResources(
                        Container.EMPTY.resources().withLimits(Map.of("cpu", "1"))))))));

        PodSpec spec = Defaulting.apply(deployment).spec().template().spec();

        assertThat(spec.enableServiceLinks()).isNull();
        assertThat(spec.restartPolicy()).isEqualTo("Always");
        assertThat(spec.containers().getFirst().resources().requests()).isEmpty();
    }

    @Test
    void aServiceGetsWhatItsTypeAsksFor() {
        ServiceSpec cluster = service("{\"ports\":[{\"port\":80}]}");
        assertThat(cluster.type()).isEqualTo("ClusterIP");
        assertThat(cluster.sessionAffinity()).isEqualTo("None");
        assertThat(cluster.internalTrafficPolicy()).isEqualTo("Cluster");
        assertThat(cluster.externalTrafficPolicy()).isEmpty();
        assertThat(cluster.ipFamilies()).containsExactly("IPv4");
        assertThat(cluster.ports().getFirst().targetPort()).isEqualTo(80);

        assertThat(service("{\"type\":\"NodePort\"}").externalTrafficPolicy()).isEqualTo("Cluster");
        assertThat(service("{\"sessionAffinity\":\"ClientIP\"}").sessionAffinityConfig())
                .extracting("clientIP.timeoutSeconds")
                .isEqualTo(10_800);
        assertThat(service("{\"type\":\"ExternalName\"}").internalTrafficPolicy())
                .isNull();
        assertThat(service("{\"ports\":[{\"port\":80,\"targetPort\":\"http\"}]}")
                        .ports()
                        .getFirst()
                        .targetPort())
                .isEqualTo("http");
    }

    @Test
    void stringDataBecomesData() {
        Secret secret = Defaulting.apply(Secret.EMPTY.toBuilder()
                .data(Map.of("a", Bytes.utf8("1"), "b", Bytes.utf8("2")))
                .stringData(Map.of("b", "3"))
                .build());

        assertThat(secret.type()).isEqualTo("Opaque");
        assertThat(secret.stringData()).isEmpty();
        assertThat(secret.data()).isEqualTo(Map.of("a", Bytes.utf8("1"), "b", Bytes.utf8("3")));
    }

    @Test
    void aNamespaceCarriesItsNameAsLabel() {
        Namespace namespace = Defaulting.apply(Namespace.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("shop")));

        assertThat(namespace.metadata().labels()).containsEntry("kubernetes.io/metadata.name", "shop");
    }

    @Test
    void fieldPathsNameWhatAKindHasAndWhatAnObjectSets() {
        assertThat(FieldPaths.of(Pod.TYPE))
                .contains(
                        "spec.containers[].image",
                        "spec.nodeSelector",
                        "spec.volumes[].emptyDir.medium",
                        "spec.tolerations[].key")
                .doesNotHaveDuplicates()
                .noneMatch(path -> path.startsWith("metadata") || path.startsWith("status"));
        Pod pod = Pod.EMPTY.withSpec(PodSpec.EMPTY.toBuilder()
                .hostPID(true)
                .containers(List.of(Container.EMPTY.withName("c").withImage("x")))
                .build());
        assertThat(FieldPaths.setIn(pod))
                .containsExactlyInAnyOrder("spec.hostPID", "spec.containers[].name", "spec.containers[].image");
        assertThat(FieldPaths.of(Pod.TYPE)).containsAll(FieldPaths.setIn(pod));
    }

    private static PodSpec pod(String spec) {
        return Defaulting.apply(Json.decode(Pod.TYPE, ("{\"spec\":" + spec + "}").getBytes(StandardCharsets.UTF_8))
                        .object())
                .spec();
    }

    private static ServiceSpec service(String spec) {
        return Defaulting.apply(Json.decode(Service.TYPE, ("{\"spec\":" + spec + "}").getBytes(StandardCharsets.UTF_8))
                        .object())
                .spec();
    }
}
