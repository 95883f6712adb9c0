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
import dev.shiplog.schemas.openapi.OpenApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Clients cache a document by the hash in its address (KEP-2896, "OpenAPI V3").
class OpenApiPagesTest {
    private static final String APPS = "/openapi/v3/apis/apps/v1";

    private final OpenApiPages pages = new OpenApiPages(new OpenApi(Catalog.builtIn()));

    @Test
    void theIndexNamesAddressesThatNeverChange() throws Exception {
        JsonNode index = new ObjectMapper().readTree(body(get("/openapi/v3", Headers.NONE)));
        String address = index.at("/paths/apis~1apps~1v1/serverRelativeURL").asText();
        assertThat(address).startsWith(APPS + "?hash=");

        ApiResponse.Full document = get(address, Headers.NONE);

        assertThat(document.code()).isEqualTo(200);
        assertThat(document.headers().firstOr("Cache-Control", "")).isEqualTo("public, immutable");
        assertThat(document.headers().firstOr("Expires", "")).isEqualTo("Fri, 1 Jan 1971 00:00:00 GMT");
        assertThat(document.headers().firstOr("ETag", ""))
                .isEqualTo('"' + address.substring(address.indexOf('=') + 1) + '"');
    }

    @Test
    void anOutdatedAddressLeadsToThePresentOne() {
        String tag = get(APPS, Headers.NONE).headers().firstOr("ETag", "").replace("\"", "");

        ApiResponse.Full moved = get(APPS + "?hash=OLD", Headers.NONE);

        assertThat(moved.code()).isEqualTo(301);
        assertThat(moved.headers().firstOr("Location", "")).isEqualTo(APPS + "?hash=" + tag);
    }

    @Test
    void aClientThatHasTheDocumentIsToldSo() {
        String tag = get(APPS, Headers.NONE).headers().firstOr("ETag", "");

        assertThat(get(APPS, Headers.of("If-None-Match", tag)).code()).isEqualTo(304);
        assertThat(get(APPS, Headers.of("If-None-Match", "\"other\"")).code()).isEqualTo(200);
    }

    private ApiResponse.Full get(String target, Headers headers) {
        int mark = target.indexOf('?');
        Query query = Query.parse(mark < 0 ? "" : target.substring(mark + 1));
        String path = mark < 0 ? target : target.substring(0, mark);
        return (ApiResponse.Full) pages.handle(new ApiRequest(
                "id",
                "GET",
                target,
                RequestInfo.of("GET", path, query),
                query,
                headers,
                new byte[0],
                Identity.NOBODY,
                "",
                Instant.EPOCH,
                Instant.EPOCH));
    }

    private static String body(ApiResponse.Full response) {
        var bytes = new ByteArrayOutputStream();
        try {
            response.body().writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
