package dev.shiplog.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole server on a real broker, over TLS.
@Tag("full")
class ApiServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN_REQUEST =
            "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\","
                    + "\"spec\":{\"expirationSeconds\":600%s}}";

    @TempDir
    private static Path directory;

    private static ApiCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = ApiCluster.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Test
    void whoShowsNothingIs401() throws Exception {
        try (HttpClient nobody = cluster.client(null)) {
            for (String target : new String[] {"/api/v1/namespaces", "/healthz", "/nothing"}) {
                HttpResponse<String> response =
                        nobody.send(cluster.request(target).build(), HttpResponse.BodyHandlers.ofString());

                assertThat(response.statusCode()).isEqualTo(401);
                assertThat(JSON.readTree(response.body()).at("/reason").asText())
                        .isEqualTo("Unauthorized");
            }
        }
    }

    @Test
    void unknownPathsAreNotFoundInPlainText() throws Exception {
        for (String target :
                new String[] {"/nothing", "/apis/nothing.io/v1/things", "/apis/apps/v2/deployments", "/openapi/v1"}) {
            HttpResponse<String> response = cluster.get(target);

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).isEqualTo("404 page not found\n");
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        }
    }

    @Test
    void unknownResourcesOfAGroupThatIsServedAreNotFoundAsAStatus() throws Exception {
        for (String target : new String[] {"/api/v1/nothings", "/apis/apps/v1/namespaces/default/nothings/x"}) {
            HttpResponse<String> response = cluster.get(target);

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(JSON.readTree(response.body()).at("/reason").asText()).isEqualTo("NotFound");
            assertThat(JSON.readTree(response.body()).at("/message").asText())
                    .isEqualTo("the server could not find the requested resource");
        }
    }

    @Test
    void pagesAnswerWithAndWithoutATrailingSlash() throws Exception {
        for (String target : new String[] {
            "/",
            "/api",
            "/api/",
            "/api/v1/",
            "/apis/apps/v1/",
            "/version/",
            "/livez/",
            "/readyz",
            "/healthz/ping",
            "/openapi/v3",
            "/openapi/v3/apis/apps/v1",
            "/metrics",
            "/openid/v1/jwks",
            "/.well-known/openid-configuration"
        }) {
            assertThat(cluster.get(target).statusCode()).describedAs(target).isEqualTo(200);
        }
        assertThat(JSON.readTree(cluster.get("/version").body())
                        .at("/gitVersion")
                        .asText())
                .isEqualTo("v1.36.0+shiplog.0.0.0");
        assertThat(cluster.post("/version", "{}").statusCode()).isEqualTo(405);
    }

    @Test
    void requestsAreCountedByKubernetesNames() throws Exception {
        cluster.get("/api/v1/namespaces/default/pods");
        cluster.get("/api/v1/namespaces/default/pods/none");

        assertThat(cluster.get("/metrics").body())
                .contains(
                        "apiserver_request_total{code=\"200\",group=\"\",resource=\"pods\",subresource=\"\",verb=\"LIST\",version=\"v1\"}")
                .contains(
                        "apiserver_request_total{code=\"404\",group=\"\",resource=\"pods\",subresource=\"\",verb=\"GET\",version=\"v1\"}")
                .contains("apiserver_request_duration_seconds_bucket{")
                .contains("shiplog_build_info{commit=\"\",version=\"0.0.0\"} 1");
    }

    @Test
    void objectsGoInAndOutAsYaml() throws Exception {
        HttpResponse<String> created = cluster.send(cluster.request("/api/v1/namespaces/default/configmaps")
                .header("Content-Type", "application/yaml")
                .header("Accept", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata:\n  a: \"1\"\n")));

        assertThat(created.statusCode()).describedAs(created.body()).isEqualTo(201);
        assertThat(created.headers().firstValue("Content-Type")).hasValue("application/yaml");
        assertThat(created.body()).contains("kind: ConfigMap\n").contains("data:\n  a: \"1\"\n");
    }

    @Test
    void bodiesOfOtherTypesAre415() throws Exception {
        HttpResponse<String> response = cluster.send(cluster.request("/api/v1/namespaces/default/configmaps")
                .header("Content-Type", "application/vnd.kubernetes.protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'k', '8', 's', 0})));

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(JSON.readTree(response.body()).at("/message").asText())
                .endsWith("accepted media types include: application/json, application/yaml");
        assertThat(cluster.send(cluster.request("/api/v1/pods").header("Accept", "application/xml"))
                        .statusCode())
                .isEqualTo(406);
    }

    @Test
    void aTokenOpensDiscoveryAndNothingElse() throws Exception {
        HttpResponse<String> granted =
                cluster.post("/api/v1/namespaces/default/serviceaccounts/default/token", TOKEN_REQUEST.formatted(""));
        assertThat(granted.statusCode()).describedAs(granted.body()).isEqualTo(201);
        String token = JSON.readTree(granted.body()).at("/status/token").asText();

        try (HttpClient bearer = cluster.client(null)) {
            assertThat(code(bearer, "/apis", token)).isEqualTo(200);
            assertThat(code(bearer, "/readyz", token)).isEqualTo(200);
            assertThat(code(bearer, "/api/v1/namespaces/default/pods", token)).isEqualTo(403);
            assertThat(code(bearer, "/metrics", token)).isEqualTo(403);
            assertThat(code(bearer, "/apis", token + "x")).isEqualTo(401);
        }
    }

    @Test
    void aTokenDiesWithItsPod() throws Exception {
        HttpResponse<String> made = cluster.post(
                "/api/v1/namespaces/default/pods",
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"bound\"},"
                        + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
        assertThat(made.statusCode()).describedAs(made.body()).isEqualTo(201);
        String uid = JSON.readTree(made.body()).at("/metadata/uid").asText();
        String bound = ",\"boundObjectRef\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"bound\",\"uid\":\"" + uid
                + "\"}";
        String token = JSON.readTree(cluster.post(
                                "/api/v1/namespaces/default/serviceaccounts/default/token",
                                TOKEN_REQUEST.formatted(bound))
                        .body())
                .at("/status/token")
                .asText();

        try (HttpClient bearer = cluster.client(null)) {
            assertThat(code(bearer, "/apis", token)).isEqualTo(200);
            cluster.send(cluster.request("/api/v1/namespaces/default/pods/bound?gracePeriodSeconds=0")
                    .DELETE());
            assertThat(code(bearer, "/apis", token)).isEqualTo(401);
        }
    }

    @Test
    void aNodeSeesItsOwnOnly() throws Exception {
        try (HttpClient node = cluster.client(cluster.node("n1"))) {
            assertThat(code(node, "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1", ""))
                    .isEqualTo(200);
            assertThat(code(node, "/api/v1/pods", "")).isEqualTo(403);
            assertThat(code(node, "/api/v1/nodes/n1", "")).isEqualTo(404);
            HttpResponse<String> other = node.send(
                    cluster.request("/api/v1/namespaces/default/secrets/s").build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(other.statusCode()).isEqualTo(403);
            assertThat(JSON.readTree(other.body()).at("/message").asText())
                    .isEqualTo("secrets \"s\" is forbidden: User \"system:node:n1\" cannot get resource \"secrets\" in"
                            + " API group \"\" in the namespace \"default\": no pod that is bound to this node has to"
                            + " do with it");
        }
    }

    @Test
    void logsOfAPodThatIsNowhereAreEmptyAndOfNoPodNotFound() throws Exception {
        cluster.post(
                "/api/v1/namespaces/default/pods",
                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"quiet\"},"
                        + "\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");

        assertThat(cluster.get("/api/v1/namespaces/default/pods/quiet/log").statusCode())
                .isEqualTo(200);
        JsonNode none = JSON.readTree(
                cluster.get("/api/v1/namespaces/default/pods/none/log").body());
        assertThat(none.at("/message").asText()).isEqualTo("pods \"none\" not found");
    }

    private static int code(HttpClient client, String target, String token) throws Exception {
        HttpRequest.Builder request = cluster.request(target);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
