package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.openapi.OpenApi;
import dev.shiplog.schemas.patch.Patch;
import dev.shiplog.schemas.patch.PatchType;
import dev.shiplog.schemas.select.FieldSelector;
import dev.shiplog.schemas.table.Tables;
import dev.shiplog.schemas.validation.Cause;
import dev.shiplog.schemas.validation.Validation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/// A kind without behaviour is one schema and nothing else.
class KindFromItsSchemaAloneTest {
    private static final String SCHEMA = """
            {"type":"record","name":"Playlist","namespace":"dev.shiplog.music_example_com.v1",
             "apiVersion":"music.example.com/v1","plural":"playlists","singular":"playlist","scope":"Namespaced","store":"main",
             "verbs":["create","get","list","patch"],"nameRule":"dns-subdomain",
             "fieldSelectors":{"mood":"mood"},
             "columns":[{"name":"Name","type":"string","path":"metadata.name"},{"name":"Mood","type":"string","path":"mood"},
                        {"name":"Songs","type":"integer","path":"songs[].title","priority":1}],
             "fields":[
               {"name":"metadata","type":"dev.shiplog.meta.v1.ObjectMeta"},
               {"name":"mood","type":"string","enum":["Calm","Wild"],"required":true,"immutable":true},
               {"name":"songs","type":{"type":"array","items":{"type":"record","name":"Song","fields":[
                   {"name":"title","type":"string","required":true},
                   {"name":"stars","type":"int","minimum":1,"maximum":5}]}},
                "mergeKey":"title","patchStrategy":"merge"}]}""";
    private static final Kind KIND = Kind.dynamic(
            new Schema.Parser().addTypes(List.of(ObjectMeta.SCHEMA)).parse(SCHEMA));

    private static Typed object(String json) {
        return Json.decode(KIND, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .object();
    }

    private static final Typed CALM =
            object("{'metadata':{'name':'p','namespace':'n'},'mood':'Calm','songs':[{'title':'a','stars':5}]}");

    @Test
    void itIsValidatedByItsFacts() {
        assertThat(Validation.create(KIND, CALM)).isEmpty();
        assertThat(Validation.create(
                        KIND, object("{'metadata':{'name':'P','namespace':'n'},'songs':[{'title':'a','stars':6}]}")))
                .extracting(Cause::field)
                .containsExactly("metadata.name", "mood", "songs[0].stars");
        assertThat(Validation.update(KIND, CALM, object("{'metadata':{'name':'p','namespace':'n'},'mood':'Wild'}"), ""))
                .extracting(Cause::text)
                .containsExactly("mood: Invalid value: \"Wild\": field is immutable");
    }

    @Test
    void itIsPatchedSelectedAndShown() {
        ObjectNode patched = Patch.apply(
                PatchType.STRATEGIC,
                KIND.schema(),
                Json.toTree(CALM),
                Json.parse("{\"songs\":[{\"title\":\"b\"}]}".getBytes(StandardCharsets.UTF_8)));

        assertThat(patched.path("songs")).hasSize(2);
        assertThat(FieldSelector.parse(KIND, "mood=Calm").matches(CALM)).isTrue();
        assertThat(Tables.cells(KIND, CALM, Instant.EPOCH)).containsExactly("p", "Calm", "a");
    }

    @Test
    void itIsDescribed() {
        var openApi = new OpenApi(Catalog.builtIn().with(List.of(KIND)));

        var document = Objects.requireNonNull(openApi.document("apis/music.example.com/v1"));

        assertThat(new String(document.json(), StandardCharsets.UTF_8))
                .contains("/apis/music.example.com/v1/namespaces/{namespace}/playlists/{name}")
                .contains("\"enum\":[\"Calm\",\"Wild\"]");
    }
}
