package dev.shiplog.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.openapi.OpenApi;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The numbers of fields are those of Gnostic's `OpenAPIv2.proto`; what is looked for is what kubectl 1.27 looks for.
class SwaggerProtoTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aSmallDocumentHasTheseBytes() throws Exception {
        JsonNode swagger = JSON.readTree("{\"swagger\":\"2.0\",\"info\":{\"title\":\"t\",\"version\":\"v\"}}");

        assertThat(HexFormat.of().formatHex(SwaggerProto.of(swagger))).isEqualTo("0a03322e3012060a0174120176");
    }

    @Test
    void numbersAndFlagsHaveTheirWireTypes() throws Exception {
        JsonNode swagger = JSON.readTree(
                "{\"definitions\":{\"d\":{\"maximum\":1.5,\"uniqueItems\":true,\"type\":\"integer\",\"x-a\":[1]}}}");

        Fields schema = Fields.of(SwaggerProto.of(swagger)).at(9).at(1).at(2);

        assertThat(ByteBuffer.wrap(schema.bytes(7).reversed()).getDouble()).isEqualTo(1.5);
        assertThat(schema.bytes(16).number()).isEqualTo(1);
        assertThat(schema.at(22).text(1)).isEqualTo("integer");
        assertThat(schema.at(31).text(1)).isEqualTo("x-a");
        assertThat(schema.at(31).at(2).text(2)).isEqualTo("[1]");
    }

    @Test
    void aPatchSaysWhatItIsAboutAndThatItTakesFieldValidation() throws Exception {
        OpenApi openApi = new OpenApi(Catalog.builtIn());
        byte[] apps = Objects.requireNonNull(openApi.document("apis/apps/v1")).json();

        Fields document = Fields.of(SwaggerProto.of(Swagger.of(List.of(apps))));

        Fields patch = document.at(8).all(2).stream()
                .filter(path -> path.text(1).equals("/apis/apps/v1/namespaces/{namespace}/deployments/{name}"))
                .findFirst()
                .orElseThrow()
                .at(2)
                .at(8);
        JsonNode about = patch.all(13).stream()
                .filter(extension -> extension.text(1).equals("x-kubernetes-group-version-kind"))
                .map(extension -> tree(extension.at(2).text(2)))
                .findFirst()
                .orElseThrow();
        assertThat(about.path("group").asText()).isEqualTo("apps");
        assertThat(about.path("kind").asText()).isEqualTo("Deployment");
        List<String> names = patch.all(8).stream()
                .map(item -> item.at(1))
                .filter(parameter -> parameter.has(2))
                .map(parameter -> parameter.at(2).at(3).text(4))
                .toList();
        assertThat(names).contains("fieldValidation", "dryRun");
        Fields deployment = document.at(9).all(1).stream()
                .filter(schema -> schema.text(1).equals("io.k8s.api.apps.v1.Deployment"))
                .findFirst()
                .orElseThrow()
                .at(2);
        assertThat(deployment.at(25).all(1).stream()
                        .filter(property -> property.text(1).equals("spec"))
                        .map(property -> property.at(2).text(1)))
                .containsExactly("#/definitions/io.k8s.api.apps.v1.DeploymentSpec");
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    /// The bytes of one field.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Raw(byte[] bytes) {
        byte[] reversed() {
            byte[] reversed = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                reversed[i] = bytes[bytes.length - 1 - i];
            }
            return reversed;
        }

        int number() {
            return bytes[0];
        }
    }

    /// A message taken apart by its wire format.
    private record Fields(Map<Integer, List<Raw>> byNumber) {
        static Fields of(byte[] message) {
            var byNumber = new HashMap<Integer, List<Raw>>();
            var in = ByteBuffer.wrap(message);
            while (in.hasRemaining()) {
                int tag = varint(in);
                byte[] value = new byte
                        [switch (tag & 7) {
                            case 0 -> 1;
                            case 1 -> 8;
                            default -> varint(in);
                        }];
                in.get(value);
                byNumber.computeIfAbsent(tag >>> 3, _ -> new ArrayList<>()).add(new Raw(value));
            }
            return new Fields(byNumber);
        }

        private static int varint(ByteBuffer in) {
            int value = 0;
            for (int shift = 0; ; shift += 7) {
                byte part = in.get();
                value |= (part & 0x7f) << shift;
                if (part >= 0) {
                    return value;
                }
            }
        }

        boolean has(int number) {
            return byNumber.containsKey(number);
        }

        Raw bytes(int number) {
            return Objects.requireNonNull(byNumber.get(number), "no field " + number)
                    .getFirst();
        }

        String text(int number) {
            return new String(bytes(number).bytes(), StandardCharsets.UTF_8);
        }

        Fields at(int number) {
            return of(bytes(number).bytes());
        }

        List<Fields> all(int number) {
            return byNumber.getOrDefault(number, List.of()).stream()
                    .map(raw -> of(raw.bytes()))
                    .toList();
        }
    }
}
