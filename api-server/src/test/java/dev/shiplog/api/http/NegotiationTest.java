package dev.shiplog.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.api.http.Media.As;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NegotiationTest {
    private static final Set<As> ALL = EnumSet.allOf(As.class);
    private static final String KUBECTL = "application/json;as=Table;v=v1;g=meta.k8s.io,"
            + "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                                             | JSON | PLAIN
            */*                                                            | JSON | PLAIN
            application/*                                                  | JSON | PLAIN
            application/yaml                                               | YAML | PLAIN
            application/yaml;q=0.5, application/json                       | JSON | PLAIN
            application/vnd.kubernetes.protobuf,application/json           | JSON | PLAIN
            application/json;as=Table;v=v1;g=meta.k8s.io,application/json  | JSON | TABLE
            application/json;as=Table;v=v9;g=meta.k8s.io,application/json  | JSON | PLAIN
            application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1   | JSON | PARTIAL_OBJECT_METADATA
            """)
    void theFirstChoiceThatCanBeHadWins(String accept, Media.Form form, As as) {
        Media media = Negotiation.object(get("", "Accept", accept), ALL);

        assertThat(media.form()).isEqualTo(form);
        assertThat(media.as()).isEqualTo(as);
    }

    @Test
    void aRenderingThatAResourceLacksIsPassedOver() {
        assertThat(Negotiation.object(get("", "Accept", KUBECTL), EnumSet.of(As.PLAIN))
                        .as())
                .isEqualTo(As.PLAIN);
    }

    @Test
    void nothingAcceptableIs406AndNamesWhatThereIs() {
        assertThatThrownBy(() -> Negotiation.object(get("", "Accept", "application/xml"), ALL))
                .isInstanceOfSatisfying(StatusException.class, e -> {
                    assertThat(e.status().code()).isEqualTo(406);
                    assertThat(e.status().message())
                            .isEqualTo("only the following media types are accepted: application/json,"
                                    + " application/yaml");
                });
    }

    @Test
    void watchesAreJsonOnly() {
        assertThat(Negotiation.watch(get("", "Accept", "application/json;stream=watch"), ALL)
                        .contentType())
                .isEqualTo("application/json;stream=watch");
        assertThatThrownBy(() -> Negotiation.watch(get("", "Accept", "application/yaml"), ALL))
                .isInstanceOf(StatusException.class);
    }

    @Test
    void peopleGetIndentedJson() {
        assertThat(Negotiation.plain(get("", "User-Agent", "curl/7.88")).pretty())
                .isTrue();
        assertThat(Negotiation.plain(get("pretty=1", "User-Agent", "kubectl/v1.33"))
                        .pretty())
                .isTrue();
        assertThat(Negotiation.plain(get("pretty=false", "User-Agent", "Mozilla/5.0"))
                        .pretty())
                .isFalse();
        assertThat(Negotiation.plain(get("", "User-Agent", "kubectl/v1.33")).pretty())
                .isFalse();
    }

    static ApiRequest get(String query, String header, String value) {
        Query parsed = Query.parse(query);
        return new ApiRequest(
                "id",
                "GET",
                "/api/v1/pods?" + query,
                RequestInfo.of("GET", "/api/v1/pods", parsed),
                parsed,
                Headers.of(header, value),
                new byte[0],
                Identity.NOBODY,
                "127.0.0.1",
                Instant.EPOCH,
                Instant.EPOCH);
    }
}
