package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.coordination_k8s_io.v1.Lease;
import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Secret;
import dev.shiplog.core.v1.Service;
import dev.shiplog.meta.v1.ObjectMeta;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @Test
    void structsByValueAreWrittenEvenWhenEmpty() {
        assertThat(Json.toTree(Deployment.EMPTY))
                .hasToString("{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\","
                        + "\"metadata\":{},\"spec\":{\"selector\":null,\"strategy\":{},"
                        + "\"template\":{\"metadata\":{},\"spec\":{\"containers\":[]}}},\"status\":{}}");
    }

    @Test
    void aContainerKeepsItsEmptyResourcesAndItsNameAndNothingElse() {
        assertThat(Json.toTree(Container.EMPTY)).hasToString("{\"name\":\"\",\"resources\":{}}");
    }

    @Test
    void aPointerToZeroIsWrittenAndAZeroIsNot() {
        String spec = "\"spec\":{\"minReadySeconds\":0,\"replicas\":0}";

        String json = reread(Deployment.TYPE, "{" + spec + "}");

        assertThat(json).contains("\"replicas\":0").doesNotContain("minReadySeconds");
    }

    @Test
    void nullMeansAbsentAnywhere() {
        Decoded<Pod> pod = decode(Pod.TYPE, """
                {"metadata":{"creationTimestamp":null,"labels":{"a":null}},"spec":{"containers":[null],"nodeName":null},"status":null}""");

        assertThat(pod.problems()).isEmpty();
        assertThat(pod.object().metadata().labels()).isEqualTo(Map.of("a", ""));
        assertThat(pod.object().spec().containers()).containsExactly(Container.EMPTY);
    }

    @Test
    void unknownAndDuplicateFieldsAreReportedWithTheirPaths() {
        Decoded<Pod> pod = decode(Pod.TYPE, """
                {"metadata":{"name":"a","name":"b","labels":{"x":"1","x":"2"}},"colour":"red",
                 "spec":{"foo":{"bar":[1]},"containers":[{"name":"c"},{"name":"d","imagee":"x"}]}}""");

        assertThat(pod.problems())
                .containsExactly(
                        "duplicate field \"metadata.name\"",
                        "duplicate field \"metadata.labels.x\"",
                        "unknown field \"colour\"",
                        "unknown field \"spec.foo\"",
                        "unknown field \"spec.containers[1].imagee\"");
        assertThat(pod.object().metadata().name()).isEqualTo("b");
    }

    @Test
    void objectionsAreBounded() {
        StringBuilder json = new StringBuilder("{\"a\":1");
        for (int i = 0; i < 1000; i++) {
            json.append(",\"x").append(i).append("\":1");
        }

        assertThat(decode(Pod.TYPE, json + "}").problems()).hasSize(JsonIn.PROBLEMS_MAX);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"spec":{"replicas":"3"}}                     | spec.replicas: cannot read string as int32
            {"spec":{"replicas":3.5}}                     | spec.replicas: cannot read number 3.5 as int32
            {"spec":{"replicas":3000000000}}              | spec.replicas: cannot read number 3000000000 as int32
            {"spec":{"paused":1}}                         | spec.paused: cannot read number as bool
            {"spec":{"template":{"spec":{"containers":[{"name":"a"},{"name":7}]}}}} | spec.template.spec.containers[1].name: cannot read number as string
            {"spec":[]}                                   | spec: cannot read array as object
            {"spec":{"template":{"spec":{"containers":{}}}}} | spec.template.spec.containers: cannot read object as list
            {"metadata":{"labels":{"a":1}}}               | metadata.labels.a: cannot read number as string
            {"metadata":{"creationTimestamp":"yesterday"}} | metadata.creationTimestamp: "yesterday" is not a time
            {"metadata":{"creationTimestamp":"2024-02-31T00:00:00Z"}} | metadata.creationTimestamp: "2024-02-31T00:00:00Z" is not a time
            []                                            | cannot read array as object
            {"spec":                                      | end
            {"spec":{}} x                                 | Unrecognized token
            """)
    void aWrongTypeIsRefusedWithItsPath(String json, String message) {
        assertThatThrownBy(() -> decode(Deployment.TYPE, json))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void nestingIsBounded() {
        assertThatThrownBy(() -> decode(Pod.TYPE, "{\"x\":" + "[".repeat(100_000)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void nestingOfYamlIsBoundedToo() {
        for (String opening : List.of("[", "{a: ", "- ")) {
            byte[] yaml = opening.repeat(100_000).getBytes(StandardCharsets.UTF_8);

            assertThatThrownBy(() -> Yaml.toJson(yaml)).as(opening).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void whatIsWrongIsToldInPlainWords() {
        assertThatThrownBy(() -> decode(Pod.TYPE, "{\"metadata\":{"))
                .hasMessageContaining("unexpected end of JSON input");
        assertThatThrownBy(() -> decode(Pod.TYPE, "{\"spec\":" + "9".repeat(2_000) + "}"))
                .hasMessageNotContaining("StreamReadConstraints");
    }

    @Test
    void intOrStringKeepsItsType() {
        String json = reread(Service.TYPE, """
                {"spec":{"ports":[{"port":1,"targetPort":80},{"port":2,"targetPort":"80"},{"port":3}]}}""");

        assertThat(json).contains("\"targetPort\":80}", "\"targetPort\":\"80\"}", "\"targetPort\":0}");
    }

    @Test
    void quantitiesMayBeNumbersAndComeOutCanonical() {
        String json = reread(Pod.TYPE, """
                {"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":0.5,"memory":"1024Mi","x":1000}}}]}}""");

        assertThat(json).contains("{\"cpu\":\"500m\",\"memory\":\"1Gi\",\"x\":\"1k\"}");
    }

    @Test
    void timesHaveSecondsAndMicroTimesSixDigits() {
        String json = reread(Lease.TYPE, """
                {"metadata":{"creationTimestamp":"2024-01-01T01:00:00.999+01:00"},"spec":{"renewTime":"2024-01-01T00:00:00.5Z"}}""");

        assertThat(json).contains("\"2024-01-01T00:00:00Z\"", "\"2024-01-01T00:00:00.500000Z\"");
    }

    @Test
    void bytesAreBase64() {
        Secret secret =
                decode(Secret.TYPE, "{\"data\":{\"k\":\"c2hp\\ncA==\"}}").object();

        assertThat(secret.data().get("k")).isEqualTo(Bytes.utf8("ship"));
        assertThat(text(Json.encode(secret))).contains("\"k\":\"c2hpcA==\"");
        assertThatThrownBy(() -> decode(Secret.TYPE, "{\"data\":{\"k\":\"?\"}}"))
                .hasMessageContaining("data.k: illegal base64");
    }

    @Test
    void halfASurrogatePairBecomesTheReplacementCharacterEverywhere() {
        ConfigMap map =
                decode(ConfigMap.TYPE, "{\"data\":{\"k\":\"a\\ud83d\"}}").object();

        String json = text(Json.encode(map));

        JsonOut direct = new JsonOut();
        Binary.toJson(ConfigMap.TYPE, Binary.encode(map), 0, direct);
        assertThat(json).contains("\"a\uFFFD\"");
        assertThat(direct).hasToString(json);
    }

    @Test
    void theResourceVersionIsFilledInOnOutput() {
        ConfigMap map =
                ConfigMap.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("a").withUid("u"));
        JsonOut out = new JsonOut();

        Binary.toJson(ConfigMap.TYPE, Binary.encode(map), 42, out);

        assertThat(out)
                .hasToString("{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
                        + "\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"42\",\"uid\":\"u\"}}");
    }

    @Test
    void freeJsonKeepsItsNumbers() {
        String json = reread(
                Pod.TYPE, "{\"metadata\":{\"managedFields\":[{\"fieldsV1\":{\"a\": 1.50, \"b\":[ null ,1e400]}}]}}");

        assertThat(json).contains("\"fieldsV1\":{\"a\":1.50,\"b\":[null,1e400]}");
    }

    @Test
    void yamlIsReadByTheSameReader() {
        byte[] yaml = """
                apiVersion: v1
                kind: Pod
                metadata: {name: a, name: b, labels: {on: "yes", version: "1.10"}}
                spec:
                  foo: 1
                  terminationGracePeriodSeconds: 0x10
                  containers:
                  - &c {name: c, image: x, stdin: true}
                  - *c
                """.getBytes(StandardCharsets.UTF_8);

        Decoded<Pod> pod = Json.decode(Pod.TYPE, Yaml.toJson(yaml));

        assertThat(pod.problems()).containsExactly("duplicate field \"metadata.name\"", "unknown field \"spec.foo\"");
        assertThat(pod.kind()).isEqualTo("Pod");
        assertThat(pod.object().metadata().labels()).containsEntry("version", "1.10");
        assertThat(pod.object().spec().terminationGracePeriodSeconds()).isEqualTo(16L);
        assertThat(pod.object().spec().containers()).hasSize(2).allMatch(Container::stdin);
    }

    @Test
    void yamlThatExplodesIsRefused() {
        StringBuilder yaml = new StringBuilder("a: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            yaml.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [")
                    .append(("*a" + (i - 1) + ",").repeat(10))
                    .append("]\n");
        }
        assertThatThrownBy(() -> Yaml.toJson(yaml.toString().getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Yaml.toJson("a: b\n---\nc: d\n".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Yaml.toJson("a: [".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void anObjectSaysWhatItIs() {
        byte[] json =
                "{\"spec\":{\"kind\":\"No\"},\"kind\":\"Pod\",\"apiVersion\":\"v1\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(Json.identify(json)).isEqualTo(new Json.Identity("v1", "Pod"));
    }

    @Test
    void timesAreReadInAnyZoneAndNothingElseIsATime() {
        assertThat(Rfc3339.parse("2024-02-29T23:59:59.123456789-05:30"))
                .isEqualTo(Instant.parse("2024-03-01T05:29:59.123456789Z"));
        assertThat(Rfc3339.micros(Instant.parse("1969-12-31T23:59:59.000001Z")))
                .isEqualTo("1969-12-31T23:59:59.000001Z");
        for (String text : new String[] {
            "",
            "2024-01-01",
            "2024-01-01T00:00:00",
            "2024-1-01T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00Zx",
            "2024-01-01T00:00:00+0100",
            "0000-01-01T00:00:00+01:00",
            "２024-01-01T00:00:00Z"
        }) {
            assertThatThrownBy(() -> Rfc3339.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static <T extends Typed> Decoded<T> decode(RecordType<T> type, String json) {
        return Json.decode(type, json.getBytes(StandardCharsets.UTF_8));
    }

    private static <T extends Typed> String reread(RecordType<T> type, String json) {
        return text(Json.encode(decode(type, json).object()));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
