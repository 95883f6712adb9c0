package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Each kubectl command that is due, with the newest kubectl found.
@Tag("e2e")
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubectlTest {
    private static final String NAMESPACE = "kubectl";

    private final Cluster cluster;

    KubectlTest(Cluster cluster) {
        this.cluster = cluster;
    }

    @BeforeAll
    void createTheNamespace() {
        cluster.namespace(NAMESPACE);
    }

    private void createMap(String name) {
        cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: %s}, data: {a: '1'}}"
                        .formatted(name, NAMESPACE))
                .succeeded();
    }

    private String out(String arguments) {
        return cluster.kubectlOut("-n " + NAMESPACE + " " + arguments);
    }

    @Test
    void getPrintsEveryFormat() {
        createMap("formats");

        assertThat(out("get configmap formats")).contains("NAME", "DATA", "AGE").containsPattern("formats +1");
        assertThat(out("get configmap formats -o wide")).contains("formats");
        assertThat(out("get configmap formats -o yaml")).contains("kind: ConfigMap", "a: \"1\"");
        assertThat(out("get configmap formats -o json")).contains("\"kind\": \"ConfigMap\"");
        assertThat(out("get configmap formats -o name")).isEqualTo("configmap/formats\n");
        assertThat(out("get configmap formats -o jsonpath={.data.a}")).isEqualTo("1");
        assertThat(out("get configmap formats -o custom-columns=N:.metadata.name"))
                .isEqualTo("N\nformats\n");
        assertThat(out("get configmaps --sort-by=.metadata.name -o go-template='{{len .items}}'"))
                .matches("\\d+");
    }

    @Test
    void applyCreatesThenChangesThenChangesNothing(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("map.yaml");
        Files.writeString(file, "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {a: '1', b: '2'}}");
        assertThat(out("apply -f " + file)).isEqualTo("configmap/applied created\n");
        assertThat(out("apply -f " + file)).isEqualTo("configmap/applied unchanged\n");

        Files.writeString(file, "{apiVersion: v1, kind: ConfigMap, metadata: {name: applied}, data: {a: '3'}}");
        assertThat(out("apply -f " + file)).isEqualTo("configmap/applied configured\n");

        assertThat(out("get configmap applied -o jsonpath={.data}")).isEqualTo("{\"a\":\"3\"}");
    }

    @Test
    void aPatchOfEachTypeChangesTheObject() {
        createMap("patched");

        out("patch configmap patched --type=merge -p '{\"data\":{\"b\":\"2\"}}'");
        out("patch configmap patched --type=json -p '[{\"op\":\"replace\",\"path\":\"/data/a\",\"value\":\"7\"}]'");
        out("patch configmap patched --type=strategic -p '{\"data\":{\"c\":\"3\"}}'");

        assertThat(out("get configmap patched -o jsonpath={.data}")).isEqualTo("{\"a\":\"7\",\"b\":\"2\",\"c\":\"3\"}");
    }

    @Test
    void labelsAnnotationsAndEditsArrive(@TempDir Path directory) throws IOException {
        createMap("edited");
        out("label configmap edited team=log");
        out("annotate configmap edited note=kept");
        Path editor = directory.resolve("editor.sh");
        Files.writeString(editor, "#!/bin/sh\nsed -i 's/a: \"1\"/a: \"2\"/' \"$1\"\n");
        assertThat(editor.toFile().setExecutable(true)).isTrue();

        cluster.run("KUBE_EDITOR=%s ./shiplog kubectl -n %s edit configmap edited".formatted(editor, NAMESPACE))
                .succeeded();

        assertThat(out("get configmap -l team=log -o jsonpath={.items[0].data.a}"))
                .isEqualTo("2");
        assertThat(out("describe configmap edited")).contains("team=log", "note: kept");
    }

    @Test
    void describeExplainAndApiResourcesKnowTheKinds() {
        assertThat(cluster.kubectlOut("describe nodes")).contains("Capacity:", "Addresses:", "Ready");
        assertThat(cluster.kubectlOut("explain deployment.spec.strategy")).contains("rollingUpdate", "KIND:");
        assertThat(cluster.kubectlOut("api-resources"))
                .contains("deployments", "deploy", "apps/v1", "configmaps", "cm");
        assertThat(cluster.kubectlOut("api-versions")).contains("apps/v1", "v1");
        assertThat(cluster.kubectlOut("version")).contains("Server Version: v1.36.0+shiplog");
    }

    @Test
    void waitSeesADeletion() throws Exception {
        createMap("fleeting");
        Process waiting = cluster.shell()
                .start(
                        "./shiplog kubectl -n %s wait configmap/fleeting --for=delete --timeout=60s"
                                .formatted(NAMESPACE),
                        cluster.data().resolve("wait.log"));

        out("delete configmap fleeting");

        assertThat(waiting.waitFor()).isZero();
    }

    /// What kubectl must have read before it applies differs from release to release: before 1.29 it is OpenAPI v2, in
    /// protocol buffers.
    @Test
    void everyKubectlBesideTheNewestAppliesExplainsAndLists(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("any.yaml");
        List<String> found = cluster.run(
                        "for k in \"$(dirname \"$(readlink -f \"$(command -v kubectl)\")\")\"/kubectl*; do"
                                + " case ${k##*/} in kubectl|kubectl.1.[0-9]*) echo \"$k\";; esac; done")
                .succeeded()
                .out()
                .lines()
                .toList();
        assertThat(found).isNotEmpty();
        for (String kubectl : found) {
            String call = "KUBECONFIG=%s/admin.kubeconfig %s -n %s ".formatted(cluster.data(), kubectl, NAMESPACE);
            String name = "by-" + kubectl.substring(kubectl.lastIndexOf('/') + 1);
            // The oldest take a file that begins with a brace for JSON.
            String map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n".formatted(name);
            Files.writeString(file, map + "data: {a: '1'}\n");

            assertThat(cluster.run(call + "create -f " + file).succeeded().out())
                    .contains(name + " created");
            assertThat(cluster.run(call + "apply -f " + file).succeeded().out()).contains(name + " configured");
            Files.writeString(file, map + "dat: {a: '1'}\n");
            assertThat(cluster.run(call + "apply -f " + file).err()).contains("unknown field \"dat\"");
            assertThat(cluster.run(call + "explain deployment.spec.strategy")
                            .succeeded()
                            .out())
                    .contains("rollingUpdate");
            assertThat(cluster.run(call + "api-resources").succeeded().out()).contains("deployments", "apps/v1");
            assertThat(cluster.run(call + "get configmaps").succeeded().out()).contains(name);
        }
    }

    @Test
    void listsAreSortedPagedAndSelected() {
        createMap("list-b");
        createMap("list-a");
        out("label configmap list-a list-b list=yes");

        assertThat(out("get configmaps -l list=yes --sort-by=.metadata.name -o name"))
                .isEqualTo("configmap/list-a\nconfigmap/list-b\n");
        assertThat(out("get configmaps -l 'list in (yes),!absent' --chunk-size=1 -o name"))
                .isEqualTo("configmap/list-a\nconfigmap/list-b\n");
        assertThat(out("get configmaps --field-selector=metadata.name=list-b -o name"))
                .isEqualTo("configmap/list-b\n");
        assertThat(out("get configmaps -l list=yes -L list --show-labels")).contains("LIST", "list=yes");
    }

    @Test
    void subresourcesAndRawPathsAreShown() {
        cluster.deploy(NAMESPACE, "parts", 1);

        assertThat(out("get deployment parts --subresource=scale -o jsonpath={.kind}/{.status.selector}"))
                .isEqualTo("Scale/app=parts");
        assertThat(out("get deployment parts --subresource=status")).contains("READY");
        assertThat(cluster.kubectl("get configmap none --subresource=status").code())
                .isNotZero();
        assertThat(cluster.kubectlOut("get --raw /readyz?verbose")).endsWith("readyz check passed\n");
        assertThat(cluster.kubectlOut("get --raw /metrics")).contains("apiserver_request_total{");
        assertThat(cluster.kubectlOut("cluster-info")).contains("is running at");
    }

    @Test
    void replaceNeedsThePresentRevisionUnlessItIsForced(@TempDir Path directory) {
        createMap("replaced");
        Path file = directory.resolve("replaced.yaml");
        cluster.run("./shiplog kubectl -n %s get configmap replaced -o yaml | sed 's/a: \"1\"/a: \"2\"/' > %s"
                        .formatted(NAMESPACE, file))
                .succeeded();

        assertThat(out("replace -f " + file)).contains("replaced");
        assertThat(cluster.kubectl("-n " + NAMESPACE + " replace -f " + file).err())
                .contains("the object has been modified");
        cluster.run("sed -i '/resourceVersion:/d; /uid:/d' " + file).succeeded();
        assertThat(out("replace --force -f " + file)).contains("replaced");
        assertThat(out("get configmap replaced -o jsonpath={.data.a}")).isEqualTo("2");
    }

    @Test
    void workloadsAreSetScaledAndRolled() {
        cluster.deploy(NAMESPACE, "rolled", 1);
        out("rollout status deployment/rolled --timeout=60s");

        assertThat(out("set env deployment/rolled A=b")).contains("env updated");
        assertThat(out("set resources deployment/rolled --requests=cpu=1m")).contains("resource requirements updated");
        assertThat(out("set image deployment/rolled busybox=localhost/busybox:1"))
                .isEmpty();
        assertThat(out("scale deployment rolled --replicas=2")).contains("scaled");
        assertThat(out("rollout status deployment/rolled --timeout=120s")).contains("successfully rolled out");
        assertThat(out("rollout history deployment/rolled")).contains("REVISION", "1", "2", "3");
        assertThat(out("rollout pause deployment/rolled")).contains("paused");
        assertThat(out("rollout resume deployment/rolled")).contains("resumed");
        assertThat(out("rollout undo deployment/rolled --to-revision=1")).contains("rolled back");
        assertThat(out("rollout restart deployment/rolled")).contains("restarted");
        assertThat(out("rollout status deployment/rolled --timeout=120s")).contains("successfully rolled out");
        assertThat(out("wait deployment/rolled --for=condition=Available --timeout=60s"))
                .contains("condition met");
    }

    @Test
    void nodesAreCordonedTaintedAndDrained() {
        String node = cluster.kubectlOut("get nodes -o jsonpath={.items[0].metadata.name}");
        cluster.deploy(NAMESPACE, "drained", 1);
        out("rollout status deployment/drained --timeout=60s");

        assertThat(cluster.kubectlOut("taint node " + node + " kubectl-test=x:PreferNoSchedule"))
                .contains("tainted");
        assertThat(cluster.kubectlOut("taint node " + node + " kubectl-test-")).contains("untainted");
        assertThat(cluster.kubectlOut("drain " + node + " --pod-selector=app=drained --timeout=60s"))
                .contains("drained");
        assertThat(cluster.kubectlOut("get node " + node)).contains("SchedulingDisabled");
        assertThat(cluster.kubectlOut("uncordon " + node)).contains("uncordoned");
        out("rollout status deployment/drained --timeout=60s");
    }

    @Test
    void deletesFollowTheirPropagation() {
        for (String policy : List.of("background", "foreground", "orphan")) {
            cluster.deploy(NAMESPACE, "gone-" + policy, 1);
            out("rollout status deployment/gone-" + policy + " --timeout=60s");
            out("delete deployment gone-%s --cascade=%s --timeout=60s".formatted(policy, policy));
        }

        assertThat(out("get replicasets -l app=gone-foreground -o name")).isEmpty();
        assertThat(out("get replicasets -l app=gone-orphan -o name")).startsWith("replicaset.apps/gone-orphan-");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> out("get pods -l app=gone-background -o name").isEmpty());
    }

    @Test
    void podsRunAndAreExposed() {
        out("run single --image=localhost/busybox:1 --command -- sh -c 'echo said; sleep 100000'");
        out("wait pod/single --for=condition=Ready --timeout=60s");

        assertThat(out("logs single")).isEqualTo("said\n");
        cluster.run(("./shiplog kubectl -n %1$s expose pod single --port=80 --dry-run=client -o yaml"
                                + " | ./shiplog kubectl -n %1$s create -f -")
                        .formatted(NAMESPACE))
                .succeeded();
        assertThat(out("describe service single")).contains("Endpoints:", ":80");
        assertThat(out("get events --field-selector=involvedObject.name=single"))
                .contains("Scheduled", "Started");
        assertThat(out("delete pod single --now")).contains("deleted");
    }

    @Test
    void badInputIsAnsweredWithItsStatus(@TempDir Path directory) throws IOException {
        Path unknown = directory.resolve("unknown.yaml");
        Files.writeString(unknown, "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, dat: {a: '1'}}");
        assertThat(cluster.kubectl("create -f " + unknown).err()).contains("unknown field \"dat\"");

        Path name = directory.resolve("name.yaml");
        Files.writeString(name, "{apiVersion: v1, kind: ConfigMap, metadata: {name: Bad_Name}}");
        assertThat(cluster.kubectl("create -f " + name).err())
                .contains("ConfigMap \"Bad_Name\" is invalid", "metadata.name: Invalid value");

        assertThat(cluster.kubectl("get configmap absent -n " + NAMESPACE).err())
                .contains("configmaps \"absent\" not found");
        assertThat(cluster.kubectl("get --raw /apis/none.example/v1/things").err())
                .contains("NotFound");
        assertThat(cluster.kubectl("get pods --field-selector=spec.nonsense=1").err())
                .contains("field label not supported: spec.nonsense");
        assertThat(cluster.kubectl("get pods -l 'a in (b'").code()).isNotZero();
    }
}
