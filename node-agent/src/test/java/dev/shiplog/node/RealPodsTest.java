package dev.shiplog.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.cri.v1.ContainerConfig;
import dev.shiplog.node.cri.v1.ContainerMetadata;
import dev.shiplog.node.cri.v1.ContainerState;
import dev.shiplog.node.cri.v1.ImageSpec;
import dev.shiplog.node.cri.v1.LinuxPodSandboxConfig;
import dev.shiplog.node.cri.v1.PodSandboxConfig;
import dev.shiplog.node.cri.v1.PodSandboxMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Pods in real containers. Needs root, containerd, runc, the CNI plug-ins and a static busybox.
@Tag("full")
class RealPodsTest {
    private static RealNode node;

    @BeforeAll
    static void startNode() throws Exception {
        node = new RealNode();
    }

    @AfterAll
    static void stopNode() throws IOException {
        node.close();
        assertThat(Path.of("/sys/class/net", node.bridge)).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(node.directory.toString());
    }

    @Test
    void aPodRunsIsReportedAndEndsGracefully() throws IOException {
        Pod pod = node.run("plain", """
                {"terminationGracePeriodSeconds":10,"containers":[{"name":"main","image":"localhost/busybox:1",
                "command":["sh","-c","echo hello $(WHO); trap 'echo bye; exit 0' TERM; while true; do sleep 0.1; done"],
                "env":[{"name":"WHO","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}""");
        node.awaitReady("plain");

        assertThat(node.status("plain").path("phase").asText()).isEqualTo("Running");
        assertThat(node.status("plain").path("podIP").asText()).startsWith("10.99.");
        assertThat(node.container("plain", 0).path("containerID").asText()).startsWith("containerd://");
        RealNode.await(5, () -> node.log("plain", "main", 0).contains("stdout F hello plain"));
        RealNode.await(5, () -> node.api.reasons().containsAll(List.of("Pulled", "Created", "Started")));

        node.delete(pod, 10);
        RealNode.await(15, () -> node.api.deleted.contains("uid-plain"));
        RealNode.await(5, () -> node.host.pods().isEmpty() || !node.host.pods().containsKey("uid-plain"));
        assertThat(node.paths.pod("uid-plain")).doesNotExist();
        assertThat(node.cri.sandboxes(Map.of("io.kubernetes.pod.uid", "uid-plain")))
                .isEmpty();
        assertThat(node.api.reasons()).contains("Killing");
    }

    @Test
    void aContainerThatEndsIsRestartedAndThenWaits() {
        Pod pod = node.run("crash", """
                {"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"localhost/busybox:1",
                "command":["sh","-c","echo words > /dev/termination-log; exit 3"]}]}""");
        RealNode.await(
                20,
                () -> node.container("crash", 0).path("restartCount").asInt() == 1
                        && node.container("crash", 0)
                                .path("state")
                                .path("waiting")
                                .path("reason")
                                .asText()
                                .equals("CrashLoopBackOff"));

        assertThat(node.container("crash", 0)
                        .path("lastState")
                        .path("terminated")
                        .path("exitCode")
                        .asInt())
                .isEqualTo(3);
        assertThat(node.container("crash", 0)
                        .path("lastState")
                        .path("terminated")
                        .path("message")
                        .asText())
                .isEqualTo("words\n");
        RealNode.await(5, () -> node.api.reasons().contains("BackOff"));
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-crash"));
    }

    @Test
    void volumesHoldWhatTheyNameAndFollowChanges() throws IOException {
        node.api.put("/api/v1/namespaces/default/configmaps/page", """
                {"kind":"ConfigMap","data":{"index.html":"one"}}""");
        node.api.put("/api/v1/namespaces/default/secrets/pass", """
                {"kind":"Secret","data":{"word":"c2VjcmV0"}}""");
        Pod pod = node.run("volumes", "{\"labels\":{\"app\":\"demo\"}}", """
                {"terminationGracePeriodSeconds":1,"securityContext":{"fsGroup":1234,"runAsUser":1000},
                "volumes":[{"name":"page","configMap":{"name":"page"}},{"name":"pass","secret":{"secretName":"pass"}},
                {"name":"scratch","emptyDir":{}},{"name":"memory","emptyDir":{"medium":"Memory","sizeLimit":"4Mi"}},
                {"name":"self","downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}},
                {"name":"all","projected":{"sources":[{"serviceAccountToken":{"path":"token"}},
                {"configMap":{"name":"page","items":[{"key":"index.html","path":"deep/page"}]}}]}}],
                "containers":[{"name":"main","image":"localhost/busybox:1",
                "command":["sh","-c","cat /page/index.html /pass/word /self/labels /all/token /all/deep/page /one/file; id; touch /scratch/mine /memory/mine && ls -l /scratch; while true; do cat /page/index.html; echo; sleep 0.2; done"],
                "volumeMounts":[{"name":"page","mountPath":"/page"},{"name":"pass","mountPath":"/pass"},
                {"name":"scratch","mountPath":"/scratch"},{"name":"memory","mountPath":"/memory"},
                {"name":"self","mountPath":"/self"},{"name":"all","mountPath":"/all"},
                {"name":"page","mountPath":"/one/file","subPath":"index.html"}]}]}""");
        node.awaitReady("volumes");

        RealNode.await(20, () -> node.log("volumes", "main", 0).contains("mine"));
        String log = node.log("volumes", "main", 0);
        assertThat(log)
                .contains("onesecretapp=\"demo\"a-tokenoneone")
                .contains("uid=1000")
                .contains("1234");
        assertThat(Files.getFileStore(node.paths.secretVolume("uid-volumes", "pass"))
                        .type())
                .isEqualTo("tmpfs");

        node.api.put("/api/v1/namespaces/default/configmaps/page", """
                {"kind":"ConfigMap","data":{"index.html":"TWO"}}""");
        node.runtime.refreshVolumes(node.host.pods());
        Path leftover = Files.createDirectories(node.paths.pod("uid-long-gone").resolve("volumes"));
        node.runtime.removeLeftovers(() -> node.host.pods().keySet());
        assertThat(leftover).doesNotExist();
        assertThat(node.paths.pod("uid-volumes")).exists();
        RealNode.await(5, () -> node.log("volumes", "main", 0).contains("TWO"));
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-volumes"));
    }

    @Test
    void probesDecideReadinessAndRestarts() {
        Pod pod = node.run("probed", """
                {"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"localhost/busybox:1",
                "command":["sh","-c","httpd -f -p 8080 -h /tmp & sleep 1; touch /tmp/ready; sleep 1000"],
                "startupProbe":{"tcpSocket":{"port":8080},"periodSeconds":1,"failureThreshold":20},
                "readinessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":1},
                "livenessProbe":{"exec":{"command":["sh","-c","! test -e /tmp/ill"]},"periodSeconds":1,"failureThreshold":2}}]}""");
        node.awaitPhase("probed", "Running");
        node.awaitReady("probed");
        assertThat(node.container("probed", 0).path("started").asBoolean()).isTrue();

        String id = node.container("probed", 0).path("containerID").asText().substring("containerd://".length());
        node.cri.exec(id, List.of("touch", "/tmp/ill"), java.time.Duration.ofSeconds(5));
        RealNode.await(
                20,
                () -> node.container("probed", 0).path("restartCount").asInt() == 1
                        && node.container("probed", 0).path("ready").asBoolean());
        assertThat(node.api.reasons()).contains("Unhealthy", "Killing");
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-probed"));
    }

    @Test
    void limitsBecomeLimitsOfTheControlGroup() {
        Pod pod = node.run("limited", """
                {"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"localhost/busybox:1",
                "command":["sleep","1000"],"resources":{"requests":{"cpu":"250m"},"limits":{"cpu":"500m","memory":"32Mi"}},
                "securityContext":{"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]},"allowPrivilegeEscalation":false}}]}""");
        node.awaitReady("limited");

        String id = node.container("limited", 0).path("containerID").asText().substring("containerd://".length());
        assertThat(cgroup("limited", id, "memory", "memory.limit_in_bytes", "memory.max"))
                .isEqualTo("33554432");
        assertThat(cgroup("limited", id, "cpu", "cpu.cfs_quota_us", "cpu.max")).startsWith("50000");
        var status = node.cri.exec(id, List.of("cat", "/proc/self/status"), java.time.Duration.ofSeconds(5));
        assertThat(status.getStdout().toStringUtf8())
                .contains("CapEff:\t0000000000000000")
                .contains("NoNewPrivs:\t1");
        assertThat(node.cri
                        .exec(id, List.of("touch", "/file"), java.time.Duration.ofSeconds(5))
                        .getExitCode())
                .isNotZero();
        assertThat(node.status("limited").path("qosClass").asText()).isEqualTo("Burstable");
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-limited"));
    }

    private static String cgroup(String pod, String id, String controller, String first, String second) {
        String group = "shiplog/burstable/poduid-" + pod + "/" + id;
        Path v1 = Path.of("/sys/fs/cgroup", controller, group, first);
        Path v2 = Path.of("/sys/fs/cgroup", group, second);
        try {
            return Files.readString(Files.exists(v1) ? v1 : v2).strip();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void initContainersGoFirstAndSidecarsStay() throws IOException {
        Pod pod = node.run("ordered", """
                {"terminationGracePeriodSeconds":1,"restartPolicy":"Never","volumes":[{"name":"v","emptyDir":{}}],
                "initContainers":[{"name":"first","image":"localhost/busybox:1","command":["sh","-c","echo 1 >> /v/order"],
                "volumeMounts":[{"name":"v","mountPath":"/v"}]},
                {"name":"side","restartPolicy":"Always","image":"localhost/busybox:1","command":["sh","-c","echo 2 >> /v/order; sleep 1000"],
                "volumeMounts":[{"name":"v","mountPath":"/v"}]}],
                "containers":[{"name":"main","image":"localhost/busybox:1","command":["sh","-c","sleep 1; cat /v/order"],
                "volumeMounts":[{"name":"v","mountPath":"/v"}]}]}""");
        node.awaitPhase("ordered", "Succeeded");

        assertThat(node.log("ordered", "main", 0)).contains("F 1").contains("F 2");
        RealNode.await(
                10,
                () -> node.status("ordered")
                        .path("initContainerStatuses")
                        .path(1)
                        .path("state")
                        .has("terminated"));
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-ordered"));
    }

    @Test
    void whatCannotStartSaysWhy() {
        Pod never = node.run("never", """
                {"containers":[{"name":"main","image":"localhost/absent:1","imagePullPolicy":"Never"}]}""");
        Pod rooted = node.run("rooted", """
                {"containers":[{"name":"main","image":"localhost/busybox:1","securityContext":{"runAsNonRoot":true}}]}""");
        Pod lacking = node.run("lacking", """
                {"containers":[{"name":"main","image":"localhost/busybox:1","envFrom":[{"configMapRef":{"name":"nowhere"}}]}]}""");

        RealNode.await(10, () -> waiting("never").equals("ErrImageNeverPull"));
        RealNode.await(10, () -> waiting("rooted").equals("CreateContainerConfigError"));
        RealNode.await(10, () -> waiting("lacking").equals("CreateContainerConfigError"));
        for (Pod pod : List.of(never, rooted, lacking)) {
            node.delete(pod, 1);
            RealNode.await(15, () -> node.api.deleted.contains(pod.metadata().uid()));
        }
    }

    private static String waiting(String pod) {
        return node.container(pod, 0)
                .path("state")
                .path("waiting")
                .path("reason")
                .asText();
    }

    @Test
    void theAgentLeavesForeignContainersAlone() throws Exception {
        String foreign = foreignContainer();
        Pod own = node.run("own", """
                {"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"localhost/busybox:1","command":["sleep","1000"]}]}""");
        node.awaitReady("own");

        // Everything by which an agent ends or removes something: its start, a deletion, its chores.
        node.stopAgent();
        node.startAgent();
        node.synced(own);
        node.assign(own);
        node.delete(own, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-own"));
        node.runtime.removeLeftovers(() -> node.host.pods().keySet());
        node.runtime.collectImages();

        assertThat(node.cri.containerStatus(foreign).orElseThrow().getState())
                .isEqualTo(ContainerState.CONTAINER_RUNNING);
        assertThat(node.host.pods()).doesNotContainKey("uid-foreign");
    }

    @Test
    void aRestartedAgentTakesOverWhatRuns() throws Exception {
        Pod pod = node.run("kept", """
                {"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"localhost/busybox:1","command":["sleep","1000"]}]}""");
        node.run("dropped", """
                {"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"localhost/busybox:1","command":["sleep","1000"]}]}""");
        node.awaitReady("kept");
        node.awaitReady("dropped");
        String before = node.container("kept", 0).toString();

        node.stopAgent();
        node.startAgent();
        node.assign(pod);
        node.synced(pod);

        RealNode.await(
                10,
                () -> node.cri
                        .sandboxes(Map.of("io.kubernetes.pod.uid", "uid-dropped"))
                        .isEmpty());
        RealNode.await(
                10,
                () -> node.host
                        .observed("uid-kept")
                        .map(o -> o.runs().size() == 1)
                        .orElse(false));
        assertThat(node.container("kept", 0).toString()).isEqualTo(before);
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-kept"));
    }

    @Test
    void aPrivateImageIsPulledWithThePodsSecret() throws Exception {
        try (var registry = new FakeRegistry(RealNode.busybox(), "me", "word")) {
            String auths = "{\"auths\":{\"%s\":{\"username\":\"%s\",\"password\":\"word\"}}}";
            secret("wrong", auths.formatted(registry.host(), "you"));
            secret("right", auths.formatted(registry.host() + "/team", "me"));
            String spec = """
                    {"terminationGracePeriodSeconds":1,"imagePullSecrets":[%s],"containers":[{"name":"main",
                    "image":"%s/team/private:%s","imagePullPolicy":"Always","command":["sleep","1000"]}]}""";

            Pod refused = node.run("refused", spec.formatted("{\"name\":\"nowhere\"}", registry.host(), "1"));
            RealNode.await(20, () -> waiting("refused").startsWith("ErrImagePull"));
            assertThat(node.api.reasons()).contains("FailedToRetrieveImagePullSecret");

            Pod pod = node.run(
                    "private", spec.formatted("{\"name\":\"wrong\"},{\"name\":\"right\"}", registry.host(), "2"));
            node.awaitReady("private");
            for (Pod each : List.of(refused, pod)) {
                node.delete(each, 1);
                RealNode.await(
                        15, () -> node.api.deleted.contains(each.metadata().uid()));
            }
        }
    }

    private static void secret(String name, String config) {
        String encoded =
                java.util.Base64.getEncoder().encodeToString(config.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        node.api.put(
                "/api/v1/namespaces/default/secrets/" + name,
                "{\"kind\":\"Secret\",\"data\":{\".dockerconfigjson\":\"%s\"}}".formatted(encoded));
    }

    @Test
    void aPodThatOverfillsItsEmptyDirIsEvicted() {
        Pod pod = node.run("greedy", """
                {"terminationGracePeriodSeconds":1,"volumes":[{"name":"small","emptyDir":{"sizeLimit":"1Mi"}}],
                "containers":[{"name":"main","image":"localhost/busybox:1","volumeMounts":[{"name":"small","mountPath":"/v"}],
                "command":["sh","-c","touch /v/mine; sleep 1000"]}]}""");
        node.awaitReady("greedy");
        assertThat(node.runtime.overLimits(node.host.pods())).isEmpty();

        String id = node.container("greedy", 0).path("containerID").asText().substring("containerd://".length());
        node.cri.exec(
                id, List.of("sh", "-c", "cat /bin/busybox /bin/busybox > /v/much"), java.time.Duration.ofSeconds(10));
        node.runtime.overLimits(node.host.pods()).forEach(node.host::evict);

        node.awaitPhase("greedy", "Failed");
        assertThat(node.status("greedy").path("reason").asText()).isEqualTo("Evicted");
        assertThat(node.status("greedy").path("message").asText())
                .isEqualTo("Usage of EmptyDir volume \"small\" exceeds the limit \"1Mi\".");
        RealNode.await(5, () -> node.api.reasons().contains("Evicted"));
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-greedy"));
    }

    @Test
    void aContainerStartsSoonAfterWhatItLackedIsThere() {
        Pod pod = node.run("patient", """
                {"terminationGracePeriodSeconds":1,"containers":[{"name":"main","image":"localhost/busybox:1","command":["sleep","1000"],
                "envFrom":[{"configMapRef":{"name":"late"}}]}]}""");
        RealNode.await(10, () -> waiting("patient").equals("CreateContainerConfigError"));

        node.api.put("/api/v1/namespaces/default/configmaps/late", """
                {"kind":"ConfigMap","data":{"a":"1"}}""");

        RealNode.await(30, () -> node.container("patient", 0).path("ready").asBoolean());
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-patient"));
    }

    private static String foreignContainer() {
        var sandbox = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("foreign")
                        .setNamespace("default")
                        .setUid("uid-foreign"))
                .putLabels("io.kubernetes.pod.uid", "uid-foreign")
                .setLogDirectory(node.directory.toString())
                .setLinux(LinuxPodSandboxConfig.newBuilder().setCgroupParent("/shiplog-foreign"))
                .build();
        String id = node.cri.runPodSandbox(sandbox);
        String container = node.cri.createContainer(
                id,
                ContainerConfig.newBuilder()
                        .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                        .setImage(ImageSpec.newBuilder()
                                .setImage(node.cri
                                        .image(RealNode.IMAGE)
                                        .orElseThrow()
                                        .getId()))
                        .addCommand("sleep")
                        .addCommand("1000")
                        .setLogPath("foreign.log")
                        .build(),
                sandbox);
        node.cri.startContainer(container);
        return container;
    }

    @Test
    void nothingStartsBeforeItsStatusIsAccepted() {
        node.api.away = true;
        Pod pod = node.run("early", """
                {"containers":[{"name":"main","image":"localhost/busybox:1","command":["sleep","1000"]}]}""");
        org.awaitility.Awaitility.await()
                .during(java.time.Duration.ofSeconds(2))
                .until(() -> node.cri
                        .sandboxes(Map.of("io.kubernetes.pod.uid", "uid-early"))
                        .isEmpty());

        node.api.away = false;
        node.awaitReady("early");
        node.delete(pod, 1);
        RealNode.await(15, () -> node.api.deleted.contains("uid-early"));
    }
}
