package dev.shiplog.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.schemas.Catalog;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DiscoveryPagesTest {
    private static final String KUBECTL_133 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
            + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
    private static final String KUBECTL_127 =
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    private final DiscoveryPages pages = new DiscoveryPages(Catalog.builtIn(), "10.0.0.1:6443");

    @Test
    void plainDiscoveryListsVersionsGroupsAndResources() throws Exception {
        assertThat(json(get("/api", "")).at("/versions/0").asText()).isEqualTo("v1");
        JsonNode groups = json(get("/apis", ""));
        assertThat(groups.at("/kind").asText()).isEqualTo("APIGroupList");
        assertThat(groups.at("/groups").findValuesAsText("name"))
                .startsWith("apps")
                .contains("coordination.k8s.io", "discovery.k8s.io");
        assertThat(groups.at("/groups/0/preferredVersion/groupVersion").asText())
                .isEqualTo("apps/v1");
        assertThat(json(get("/apis/apps", "")).at("/kind").asText()).isEqualTo("APIGroup");

        JsonNode core = json(get("/api/v1", ""));
        assertThat(core.at("/groupVersion").asText()).isEqualTo("v1");
        JsonNode pods = named(core, "pods");
        assertThat(pods.at("/singularName").asText()).isEqualTo("pod");
        assertThat(pods.at("/namespaced").asBoolean()).isTrue();
        assertThat(pods.at("/shortNames/0").asText()).isEqualTo("po");
        assertThat(pods.at("/categories/0").asText()).isEqualTo("all");
        assertThat(pods.at("/verbs").toString())
                .isEqualTo(
                        "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]");
        assertThat(named(core, "nodes").at("/namespaced").asBoolean()).isFalse();
    }

    /// `kubectl drain` evicts only where it finds exactly this.
    @Test
    void evictionIsListedUnderPodsWithItsOwnGroup() throws Exception {
        JsonNode eviction = named(json(get("/api/v1", "")), "pods/eviction");

        assertThat(eviction.at("/group").asText()).isEqualTo("policy");
        assertThat(eviction.at("/version").asText()).isEqualTo("v1");
        assertThat(eviction.at("/kind").asText()).isEqualTo("Eviction");
    }

    @Test
    void scaleSpeaksAutoscaling() throws Exception {
        JsonNode scale = named(json(get("/apis/apps/v1", "")), "deployments/scale");

        assertThat(scale.at("/group").asText()).isEqualTo("autoscaling");
        assertThat(scale.at("/kind").asText()).isEqualTo("Scale");
    }

    @Test
    void theAggregatedFormIsTheOneAskedForFirst() throws Exception {
        ApiResponse.Full newest = get("/apis", KUBECTL_133);
        ApiResponse.Full older = get("/apis", KUBECTL_127);

        assertThat(newest.contentType())
                .isEqualTo("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        assertThat(json(newest).at("/apiVersion").asText()).isEqualTo("apidiscovery.k8s.io/v2");
        assertThat(older.contentType()).contains("v=v2beta1");
        assertThat(json(older).at("/apiVersion").asText()).isEqualTo("apidiscovery.k8s.io/v2beta1");
        assertThat(json(get("/apis", "application/json," + KUBECTL_133))
                        .at("/kind")
                        .asText())
                .isEqualTo("APIGroupList");
    }

    @Test
    void theAggregatedFormHoldsAllThatThePlainOneHolds() throws Exception {
        JsonNode deployments = json(get("/apis", KUBECTL_133)).at("/items/0/versions/0/resources/1");
        assertThat(deployments.at("/resource").asText()).isEqualTo("deployments");
        assertThat(deployments.at("/responseKind/kind").asText()).isEqualTo("Deployment");
        assertThat(deployments.at("/scope").asText()).isEqualTo("Namespaced");
        assertThat(deployments.at("/subresources").findValuesAsText("subresource"))
                .contains("scale", "status");
        assertThat(json(get("/api", KUBECTL_133))
                        .at("/items/0/versions/0/version")
                        .asText())
                .isEqualTo("v1");
    }

    @Test
    void aClientThatHasItIsToldSo() {
        ApiResponse.Full first = get("/apis", KUBECTL_133);
        String tag = first.headers().firstOr("ETag", "");
        assertThat(tag).startsWith("\"").endsWith("\"");

        assertThat(get("/apis", KUBECTL_133, Headers.of("If-None-Match", tag)).code())
                .isEqualTo(304);
        assertThat(get("/apis", KUBECTL_127, Headers.of("If-None-Match", tag)).code())
                .isEqualTo(200);
    }

    @Test
    void otherPathsAreNotFound() {
        assertThat(get("/apis/nothing", "").code()).isEqualTo(404);
        assertThat(get("/api/v2", "").code()).isEqualTo(404);
    }

    private ApiResponse.Full get(String path, String accept) {
        return get(path, accept, Headers.NONE);
    }

    private ApiResponse.Full get(String path, String accept, Headers headers) {
        return (ApiResponse.Full) pages.handle(new ApiRequest(
                "id",
                "GET",
                path,
                RequestInfo.of("GET", path, Query.NONE),
                Query.NONE,
                headers.with("Accept", accept),
                new byte[0],
                Identity.NOBODY,
                "",
                Instant.EPOCH,
                Instant.EPOCH));
    }

    private static JsonNode json(ApiResponse.Full response) throws Exception {
        var bytes = new ByteArrayOutputStream();
        response.body().writeTo(bytes);
        return new ObjectMapper().readTree(bytes.toByteArray());
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode resource : list.at("/resources")) {
            if (resource.at("/name").asText().equals(name)) {
                return resource;
            }
        }
        throw new AssertionError(name + " is not in " + list);
    }
}
