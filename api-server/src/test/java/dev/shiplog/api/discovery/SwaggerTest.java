package dev.shiplog.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.openapi.OpenApi;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SwaggerTest {
    @Test
    void theOlderDocumentSaysTheSame() {
        OpenApi openApi = new OpenApi(Catalog.builtIn());
        byte[] core = Objects.requireNonNull(openApi.document("api/v1")).json();
        byte[] apps = Objects.requireNonNull(openApi.document("apis/apps/v1")).json();

        JsonNode swagger = Swagger.of(List.of(core, apps));

        assertThat(swagger.at("/swagger").asText()).isEqualTo("2.0");
        JsonNode path = swagger.path("paths").path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}");
        assertThat(path.at("/patch/consumes").toString())
                .contains("application/merge-patch+json", "application/strategic-merge-patch+json");
        assertThat(path.at("/put/parameters").findValuesAsText("name")).contains("fieldValidation", "body");
        assertThat(path.at("/get/responses/200/schema/$ref").asText())
                .isEqualTo("#/definitions/io.k8s.api.apps.v1.Deployment");
        JsonNode deployment = swagger.path("definitions").path("io.k8s.api.apps.v1.Deployment");
        assertThat(deployment.at("/properties/spec/$ref").asText())
                .isEqualTo("#/definitions/io.k8s.api.apps.v1.DeploymentSpec");
        assertThat(swagger.path("definitions").has("io.k8s.api.core.v1.Pod")).isTrue();
        assertThat(swagger.toString()).doesNotContain("#/components/").doesNotContain("\"oneOf\"");
    }

    @Test
    void everyReferenceHasItsDefinition() {
        OpenApi openApi = new OpenApi(Catalog.builtIn());
        byte[] core = Objects.requireNonNull(openApi.document("api/v1")).json();

        JsonNode swagger = Swagger.of(List.of(core));

        for (String reference : swagger.findValuesAsText("$ref")) {
            assertThat(swagger.at(reference.substring(1)).isMissingNode())
                    .describedAs(reference)
                    .isFalse();
        }
    }
}
