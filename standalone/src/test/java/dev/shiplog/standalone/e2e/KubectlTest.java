package dev.shiplog.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
