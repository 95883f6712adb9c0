package dev.shiplog.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Messages and shapes as Kubernetes clients know them.
class ApiStatusTest {

    @Test
    void notFoundNamesTheResource() {
        assertThat(json(ApiStatus.notFound("apps", "deployments", "x")))
                .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                        + "\"message\":\"deployments.apps \\\"x\\\" not found\",\"reason\":\"NotFound\","
                        + "\"details\":{\"name\":\"x\",\"group\":\"apps\",\"kind\":\"deployments\"},\"code\":404}");
    }

    @Test
    void invalidNamesTheKindAndEveryField() {
        var causes = List.of(
                new ApiStatus.Cause("FieldValueRequired", "Required value", "spec.a"),
                new ApiStatus.Cause("FieldValueInvalid", "Invalid value: 3: too big", "spec.b"));

        assertThat(ApiStatus.invalid("apps", "Deployment", "x", causes).message())
                .isEqualTo(
                        "Deployment.apps \"x\" is invalid: [spec.a: Required value, spec.b: Invalid value: 3: too big]");
        assertThat(ApiStatus.invalid("", "Pod", "p", causes.subList(0, 1)).message())
                .isEqualTo("Pod \"p\" is invalid: spec.a: Required value");
    }

    @Test
    void conflictAndExistsReadAsClientsExpect() {
        assertThat(ApiStatus.conflict("", "pods", "p").message())
                .isEqualTo("Operation cannot be fulfilled on pods \"p\": the object has been modified;"
                        + " please apply your changes to the latest version and try again");
        assertThat(ApiStatus.alreadyExists("", "pods", "p").message()).isEqualTo("pods \"p\" already exists");
    }

    @Test
    void aFutureRevisionSaysWhenToComeAgain() {
        var status = ApiStatus.resourceVersionTooLarge(9, 3);

        assertThat(status.code()).isEqualTo(504);
        assertThat(json(status))
                .contains("\"retryAfterSeconds\":1")
                .contains("\"reason\":\"ResourceVersionTooLarge\"")
                .contains("Too large resource version: 9, current: 3");
        assertThat(StatusJson.response(status, Media.JSON).headers().first("Retry-After"))
                .isEqualTo("1");
    }

    @Test
    void warningsAreQuotedOnceAndCutOff() {
        assertThat(Warnings.fields(List.of("a \"b\"", "a \"b\"", "c".repeat(5_000))))
                .extracting(Headers.Field::value)
                .containsExactly("299 - \"a \\\"b\\\"\"", "299 - \"" + "c".repeat(4_091) + "\"");
    }

    private static String json(ApiStatus status) {
        return new String(StatusJson.bytes(status), StandardCharsets.UTF_8);
    }
}
