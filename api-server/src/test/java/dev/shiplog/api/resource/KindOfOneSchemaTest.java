package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Kind;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A kind without behaviour is one schema: with nothing else it is stored, served and scaled.
class KindOfOneSchemaTest {
    private static final String SCHEMA = """
            {"type":"record","name":"Choir","namespace":"dev.shiplog.music_example_com.v1",
             "apiVersion":"music.example.com/v1","plural":"choirs","singular":"choir","scope":"Namespaced","store":"main",
             "verbs":["create","delete","get","list","patch","update","watch"],"nameRule":"dns-subdomain",
             "subresources":[
               {"name":"scale","apiVersion":"autoscaling/v1","kind":"Scale","verbs":["get","patch","update"],
                "specReplicasPath":"spec.singers","statusReplicasPath":"status.present","labelSelectorPath":"spec.hall"},
               {"name":"status","verbs":["get","patch","update"]}],
             "fieldSelectors":{"spec.hall":"spec.hall"},
             "columns":[{"name":"Name","type":"string","path":"metadata.name"},
                        {"name":"Singers","type":"integer","path":"spec.singers"}],
             "fields":[
               {"name":"metadata","type":"dev.shiplog.meta.v1.ObjectMeta"},
               {"name":"spec","type":{"type":"record","name":"ChoirSpec","fields":[
                   {"name":"hall","type":"string","required":true,"immutable":true},
                   {"name":"singers","type":["null","int"],"minimum":0,"defaultValue":4},
                   {"name":"songs","type":{"type":"array","items":{"type":"record","name":"Song","fields":[
                       {"name":"title","type":"string","required":true},{"name":"stars","type":"int"}]}},
                    "mergeKey":"title","patchStrategy":"merge"}]}},
               {"name":"status","type":{"type":"record","name":"ChoirStatus","fields":[
                   {"name":"present","type":"int"}]}}]}""";
    private static final Kind KIND = Kind.dynamic(
            new Schema.Parser().addTypes(List.of(ObjectMeta.SCHEMA)).parse(SCHEMA));
    private static final String CHOIRS = "/apis/music.example.com/v1/namespaces/default/choirs";
    private static final String CHOIR = """
            {"apiVersion":"music.example.com/v1","kind":"Choir","metadata":{"name":"c"},
             "spec":{"hall":"big","songs":[{"title":"a","stars":1}]},"status":{"present":9}}""";

    private final Cluster cluster = new Cluster(new Codec(Catalog.builtIn().with(List.of(KIND))));

    KindOfOneSchemaTest() {
        cluster.bootstrap();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void itIsCreatedChangedListedWatchedAndDeleted() {
        var created = cluster.post(CHOIRS, CHOIR);
        assertThat(created.code()).as(created.body().toString()).isEqualTo(201);
        assertThat(created.body().at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(created.body().at("/spec/singers").asInt()).isEqualTo(4);
        assertThat(created.body().at("/status/present").isMissingNode()).isTrue();
        var watch = cluster.watch("/apis/music.example.com/v1/choirs?watch=1&resourceVersion=" + created.version());

        var patched = cluster.patch("strategic", CHOIRS + "/c", "{\"spec\":{\"songs\":[{\"title\":\"b\"}]}}");
        var moved = cluster.patch("merge", CHOIRS + "/c", "{\"spec\":{\"hall\":\"small\"}}");
        var status =
                cluster.patch("merge", CHOIRS + "/c/status", "{\"status\":{\"present\":3},\"spec\":{\"singers\":7}}");
        var listed = cluster.get(CHOIRS + "?fieldSelector=spec.hall%3Dbig");

        assertThat(patched.ok().body().at("/spec/songs")).hasSize(2);
        assertThat(patched.body().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(moved.code()).isEqualTo(422);
        assertThat(moved.at("/details/causes/0/field")).isEqualTo("spec.hall");
        assertThat(status.ok().body().at("/status/present").asInt()).isEqualTo(3);
        assertThat(status.body().at("/spec/singers").asInt()).isEqualTo(4);
        assertThat(listed.at("/kind")).isEqualTo("ChoirList");
        assertThat(listed.body().at("/items")).hasSize(1);
        assertThat(cluster.delete(CHOIRS + "/c").at("/status")).isEqualTo("Success");
        watch.await(3);
        assertThat(watch.events())
                .extracting(event -> event.path("type").asText())
                .containsExactly("MODIFIED", "MODIFIED", "DELETED");
    }

    @Test
    void itIsScaledWhereItsSchemaSays() {
        cluster.post(CHOIRS, CHOIR).ok();

        var scale = cluster.get(CHOIRS + "/c/scale");
        var scaled = cluster.patch("merge", CHOIRS + "/c/scale", "{\"spec\":{\"replicas\":6}}");

        assertThat(scale.at("/kind")).isEqualTo("Scale");
        assertThat(scale.body().at("/spec/replicas").asInt()).isEqualTo(4);
        assertThat(scaled.ok().body().at("/spec/replicas").asInt()).isEqualTo(6);
        assertThat(cluster.get(CHOIRS + "/c").body().at("/spec/singers").asInt())
                .isEqualTo(6);
    }

    @Test
    void itIsATable() {
        cluster.post(CHOIRS, CHOIR).ok();

        var table = cluster.call("GET", CHOIRS, "", Map.of("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));

        assertThat(table.body().at("/columnDefinitions").findValuesAsText("name"))
                .containsExactly("Name", "Singers");
        assertThat(table.body().at("/rows/0/cells").toString()).isEqualTo("[\"c\",4]");
    }
}
