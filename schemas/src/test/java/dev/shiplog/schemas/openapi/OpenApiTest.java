package dev.shiplog.schemas.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.schemas.Catalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What kubectl reads of the documents before it creates, applies or explains.
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final OpenApi OPEN_API = new OpenApi(Catalog.builtIn());

    private static JsonNode document(String path) {
        try {
            return JSON.readTree(Objects.requireNonNull(OPEN_API.document(path)).json());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theIndexNamesEachDocumentWithItsHash() throws IOException {
        JsonNode paths = JSON.readTree(OPEN_API.index()).path("paths");

        assertThat(paths.properties().stream().map(Map.Entry::getKey))
                .containsExactly("api/v1", "apis/apps/v1", "apis/coordination.k8s.io/v1", "apis/discovery.k8s.io/v1");
        assertThat(paths.at("/apis~1apps~1v1/serverRelativeURL").asText())
                .isEqualTo("/openapi/v3/apis/apps/v1?hash="
                        + Objects.requireNonNull(OPEN_API.document("apis/apps/v1"))
                                .hash());
        assertThat(OPEN_API.document("apis/none/v1")).isNull();
    }

    @Test
    void theSameCatalogHasTheSameHash() {
        assertThat(Objects.requireNonNull(new OpenApi(Catalog.builtIn()).document("api/v1"))
                        .hash())
                .isEqualTo(Objects.requireNonNull(OPEN_API.document("api/v1")).hash());
    }

    @Test
    void aPatchOfPodsTakesFieldValidationAndStrategicMerge() {
        JsonNode patch = document("api/v1").at("/paths/~1api~1v1~1namespaces~1{namespace}~1pods~1{name}/patch");

        assertThat(patch.path("x-kubernetes-group-version-kind").toString())
                .isEqualTo("{\"group\":\"\",\"kind\":\"Pod\",\"version\":\"v1\"}");
        assertThat(patch.path("parameters").findValuesAsText("name")).contains("fieldValidation", "dryRun");
        assertThat(patch.at("/requestBody/content").has("application/strategic-merge-patch+json"))
                .isTrue();
    }

    @Test
    void aDeploymentSaysWhatItsFieldsAreAndHowListsMerge() {
        JsonNode schemas = document("apis/apps/v1").at("/components/schemas");
        JsonNode deployment = schemas.path("io.k8s.api.apps.v1.Deployment");

        assertThat(deployment.at("/x-kubernetes-group-version-kind/0").toString())
                .isEqualTo("{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}");
        assertThat(deployment.at("/properties/apiVersion/type").asText()).isEqualTo("string");
        assertThat(deployment.at("/properties/spec/allOf/0/$ref").asText())
                .isEqualTo("#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec");
        assertThat(schemas.at("/io.k8s.api.apps.v1.DeploymentSpec/required").toString())
                .isEqualTo("[\"selector\",\"template\"]");
        assertThat(schemas.at("/io.k8s.api.apps.v1.DeploymentSpec/properties/replicas")
                        .toString())
                .isEqualTo("{\"type\":\"integer\",\"format\":\"int32\",\"default\":1,\"minimum\":0}");
        JsonNode containers = schemas.at("/io.k8s.api.core.v1.PodSpec/properties/containers");
        assertThat(containers.path("x-kubernetes-patch-merge-key").asText()).isEqualTo("name");
        assertThat(containers.path("x-kubernetes-patch-strategy").asText()).isEqualTo("merge");
        assertThat(containers.path("x-kubernetes-list-map-keys").toString()).isEqualTo("[\"name\"]");
        assertThat(schemas.at("/io.k8s.api.core.v1.Container/properties/imagePullPolicy/enum"))
                .hasSize(3);
        assertThat(schemas.at("/io.k8s.api.core.v1.ResourceRequirements/properties/limits/additionalProperties/$ref")
                        .asText())
                .endsWith("resource.Quantity");
        assertThat(schemas.at("/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta/properties/creationTimestamp/format")
                        .asText())
                .isEqualTo("date-time");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/v1", "apis/apps/v1", "apis/coordination.k8s.io/v1", "apis/discovery.k8s.io/v1"})
    void everyReferenceLeadsSomewhere(String path) {
        JsonNode document = document(path);
        var schemas = document.at("/components/schemas");
        List<String> dangling = new ArrayList<>();
        for (String reference : document.findValuesAsText("$ref")) {
            if (!schemas.has(reference.substring("#/components/schemas/".length()))) {
                dangling.add(reference);
            }
        }

        assertThat(dangling).isEmpty();
        assertThat(document.findValuesAsText("$ref")).hasSizeGreaterThan(10);
    }
}
