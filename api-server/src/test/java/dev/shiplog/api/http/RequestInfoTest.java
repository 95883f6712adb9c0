package dev.shiplog.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table follows the Kubernetes documentation, "Determine the Request Verb" and the API's path forms.
class RequestInfoTest {

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            GET    | /api/v1/pods                                             | list             | - | v1 | -       | pods        | -      | -
            GET    | /api/v1/pods?watch=true                                  | watch            | - | v1 | -       | pods        | -      | -
            GET    | /api/v1/pods?watch=0                                     | list             | - | v1 | -       | pods        | -      | -
            GET    | /api/v1/watch/pods                                       | watch            | - | v1 | -       | pods        | -      | -
            GET    | /api/v1/watch/namespaces/a/pods/b                        | watch            | - | v1 | a       | pods        | -      | b
            GET    | /api/v1/namespaces/a/pods                                | list             | - | v1 | a       | pods        | -      | -
            GET    | /api/v1/namespaces/a/pods/b                              | get              | - | v1 | a       | pods        | -      | b
            HEAD   | /api/v1/namespaces/a/pods/b                              | get              | - | v1 | a       | pods        | -      | b
            GET    | /api/v1/namespaces/a/pods/b/log?follow=true              | get              | - | v1 | a       | pods        | log    | b
            POST   | /api/v1/namespaces/a/pods/                               | create           | - | v1 | a       | pods        | -      | -
            PUT    | /api/v1/namespaces/a/pods/b/status                       | update           | - | v1 | a       | pods        | status | b
            PATCH  | /apis/apps/v1/namespaces/a/deployments/b/scale           | patch            | apps | v1 | a    | deployments | scale  | b
            DELETE | /apis/apps/v1/namespaces/a/deployments/b                 | delete           | apps | v1 | a    | deployments | -      | b
            DELETE | /apis/apps/v1/namespaces/a/deployments                   | deletecollection | apps | v1 | a    | deployments | -      | -
            GET    | /api/v1/namespaces                                       | list             | - | v1 | -       | namespaces  | -      | -
            GET    | /api/v1/namespaces/a                                     | get              | - | v1 | a       | namespaces  | -      | a
            PUT    | /api/v1/namespaces/a/finalize                            | update           | - | v1 | a       | namespaces  | finalize | a
            PUT    | /api/v1/namespaces/a/status                              | update           | - | v1 | a       | namespaces  | status | a
            GET    | /api/v1/pods?fieldSelector=metadata.name%3Db             | list             | - | v1 | -       | pods        | -      | b
            GET    | /api/v1/pods?fieldSelector=metadata.name%3Db%2Cx%3Dy     | list             | - | v1 | -       | pods        | -      | -
            GET    | //api//v1/namespaces/a%2Fb/pods                          | list             | - | v1 | a/b     | pods        | -      | -
            """)
    void resourcePathsAreReadAsKubernetesReadsThem(
            String method,
            String target,
            String verb,
            String group,
            String version,
            String namespace,
            String resource,
            String subresource,
            String name) {
        RequestInfo info = info(method, target);

        assertThat(info.isResourceRequest()).isTrue();
        assertThat(info.verb()).isEqualTo(verb);
        assertThat(info.group()).isEqualTo(text(group));
        assertThat(info.version()).isEqualTo(version);
        assertThat(info.namespace()).isEqualTo(text(namespace));
        assertThat(info.resource()).isEqualTo(resource);
        assertThat(info.subresource()).isEqualTo(text(subresource));
        assertThat(info.name()).isEqualTo(text(name));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/",
        "GET,/api",
        "GET,/api/v1",
        "GET,/apis/apps",
        "GET,/apis/apps/v1/",
        "GET,/healthz/ping",
        "POST,/version"
    })
    void otherPathsAreNoResourceRequests(String method, String target) {
        RequestInfo info = info(method, target);

        assertThat(info.isResourceRequest()).isFalse();
        assertThat(info.verb()).isEqualTo(method.equals("GET") ? "get" : "post");
        assertThat(info.path()).isEqualTo(target.length() > 1 && target.endsWith("/") ? "/apis/apps/v1" : target);
    }

    @Test
    void streamsAreExemptFromTheTimeout() {
        assertThat(info("GET", "/api/v1/pods?watch=1").longRunning()).isTrue();
        assertThat(info("GET", "/api/v1/namespaces/a/pods/b/log").longRunning()).isTrue();
        assertThat(info("GET", "/api/v1/pods").longRunning()).isFalse();
        assertThat(info("GET", "/healthz?watch=1").longRunning()).isFalse();
    }

    @Test
    void aSelectedNameIsStillACollection() {
        assertThat(info("GET", "/api/v1/pods?fieldSelector=metadata.name%3Db").collection())
                .isTrue();
        assertThat(info("GET", "/api/v1/namespaces/a/pods/b").collection()).isFalse();
    }

    @Test
    void aBrokenEscapeIsABadRequest() {
        assertThatThrownBy(() -> info("GET", "/api/v1/namespaces/%zz/pods"))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.status().code()).isEqualTo(400));
    }

    private static RequestInfo info(String method, String target) {
        int mark = target.indexOf('?');
        Query query = Query.parse(mark < 0 ? "" : target.substring(mark + 1));
        return RequestInfo.of(method, mark < 0 ? target : target.substring(0, mark), query);
    }

    private static String text(String cell) {
        return cell == null ? "" : cell;
    }
}
