package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Gets and lists: how new they are, their pages, selectors and renderings.
class ListTest {
    private static final String MAPS = "/api/v1/namespaces/n/configmaps";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    private final Cluster cluster = Cluster.bootstrapped();

    {
        cluster.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}").ok();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private List<String> names(Cluster.Answer list) {
        var names = new ArrayList<String>();
        list.ok()
                .body()
                .path("items")
                .forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    private void maps(String... names) {
        for (String name : names) {
            cluster.post(MAPS, WriteTest.map(name, "1")).ok();
        }
    }

    @Test
    void aListIsOrderedByKeyAndHasTheStoresRevision() {
        maps("b", "a", "c");

        var list = cluster.get(MAPS);
        var everywhere = cluster.get("/api/v1/configmaps");

        assertThat(list.at("/kind")).isEqualTo("ConfigMapList");
        assertThat(list.at("/apiVersion")).isEqualTo("v1");
        assertThat(names(list)).containsExactly("a", "b", "c");
        assertThat(Long.parseLong(list.version()))
                .isGreaterThanOrEqualTo(Long.parseLong(cluster.get(MAPS + "/c").version()));
        assertThat(names(everywhere)).hasSize(7).endsWith("a", "b", "c");
        assertThat(cluster.get("/api/v1/namespaces/absent/configmaps").body().path("items"))
                .isEmpty();
    }

    @Test
    void pagesShowTheStateOfTheFirstAndCountWhatRemains() {
        maps("a", "b", "c", "d", "e");

        var first = cluster.get(MAPS + "?limit=2");
        cluster.delete(MAPS + "/d").ok();
        maps("aa");
        var second = cluster.get(MAPS + "?limit=2&continue=" + first.at("/metadata/continue"));
        var third = cluster.get(MAPS + "?limit=2&continue=" + second.at("/metadata/continue"));

        assertThat(names(first)).containsExactly("a", "b");
        assertThat(first.body().at("/metadata/remainingItemCount").asInt()).isEqualTo(3);
        assertThat(names(second)).containsExactly("c", "d");
        assertThat(second.body().at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
        assertThat(second.version()).isEqualTo(first.version());
        assertThat(names(third)).containsExactly("e");
        assertThat(third.version()).isEqualTo(first.version());
        assertThat(third.body().at("/metadata/continue").isMissingNode()).isTrue();
        assertThat(third.body().at("/metadata/remainingItemCount").isMissingNode())
                .isTrue();
    }

    /// Whatever is written between the pages, together they are one moment.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void pagesOverConcurrentWritesAreOneMoment(long seed) {
        var random = new Random(seed);
        var live = new TreeSet<String>();
        for (int i = 0; i < 30; i++) {
            change(random, live);
        }
        var expected = new ArrayList<>(live);
        int limit = 1 + random.nextInt(6);

        var page = cluster.get(MAPS + "?limit=" + limit).ok();
        String version = page.version();
        var seen = names(page);
        while (page.body().at("/metadata").has("continue")) {
            change(random, live);
            change(random, live);
            page = cluster.get(MAPS + "?limit=" + limit + "&continue=" + page.at("/metadata/continue"))
                    .ok();
            assertThat(page.version()).isEqualTo(version);
            seen.addAll(names(page));
        }

        assertThat(seen).isEqualTo(expected);
    }

    private void change(Random random, Set<String> live) {
        String name = "m" + random.nextInt(40);
        if (live.remove(name)) {
            cluster.delete(MAPS + "/" + name).ok();
        } else {
            maps(name);
            live.add(name);
        }
    }

    @Test
    void aTokenWithOtherParametersOrOfSomeoneElseIsRefused() {
        maps("a", "b", "c");
        String token = cluster.get(MAPS + "?limit=1").at("/metadata/continue");

        assertThat(cluster.get(MAPS + "?limit=1&labelSelector=a&continue=" + token)
                        .code())
                .isEqualTo(400);
        assertThat(cluster.get("/api/v1/configmaps?limit=1&continue=" + token).code())
                .isEqualTo(400);
        assertThat(cluster.get(MAPS + "?limit=1&continue=nonsense").code()).isEqualTo(400);
        assertThat(cluster.get(MAPS + "?limit=1&resourceVersion=5&continue=" + token)
                        .code())
                .isEqualTo(400);
    }

    @Test
    void aRevisionIsMetExactlyOrAtLeast() {
        maps("a");
        String then = cluster.get(MAPS).version();
        maps("b");

        assertThat(names(cluster.get(MAPS + "?resourceVersion=" + then + "&resourceVersionMatch=Exact")))
                .containsExactly("a");
        assertThat(names(cluster.get(MAPS + "?limit=5&resourceVersion=" + then)))
                .containsExactly("a");
        assertThat(names(cluster.get(MAPS + "?resourceVersion=" + then))).containsExactly("a", "b");
        assertThat(names(cluster.get(MAPS + "?resourceVersion=" + then + "&resourceVersionMatch=NotOlderThan&limit=5")))
                .containsExactly("a", "b");
        assertThat(names(cluster.get(MAPS + "?resourceVersion=0"))).containsExactly("a", "b");
        assertThat(cluster.get(MAPS + "/b?resourceVersion=" + then).code()).isEqualTo(200);
    }

    @Test
    void contradictingVersionParametersAreRefused() {
        assertThat(cluster.get(MAPS + "?resourceVersionMatch=Exact").code()).isEqualTo(422);
        assertThat(cluster.get(MAPS + "?resourceVersion=0&resourceVersionMatch=Exact")
                        .code())
                .isEqualTo(422);
        assertThat(cluster.get(MAPS + "?resourceVersion=1&resourceVersionMatch=Nearly")
                        .code())
                .isEqualTo(422);
        assertThat(cluster.get(MAPS + "?resourceVersion=abc").code()).isEqualTo(400);
        assertThat(cluster.get(MAPS + "?sendInitialEvents=true").code()).isEqualTo(422);
    }

    @Test
    void aRevisionInTheFutureTimesOutWithItsCause() {
        var answer = cluster.get(MAPS + "/x?resourceVersion=999999");

        assertThat(answer.code()).isEqualTo(504);
        assertThat(answer.at("/message")).contains("Too large resource version");
        assertThat(answer.at("/details/causes/0/reason")).isEqualTo("ResourceVersionTooLarge");
        assertThat(answer.body().at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
    }

    @Test
    void selectorsChoose() {
        cluster.post(
                        MAPS,
                        WriteTest.map("a", "1").replace("\"name\":", "\"labels\":{\"x\":\"1\",\"y\":\"1\"},\"name\":"))
                .ok();
        cluster.post(MAPS, WriteTest.map("b", "1").replace("\"name\":", "\"labels\":{\"x\":\"2\"},\"name\":"))
                .ok();
        maps("c");

        assertThat(names(cluster.get(MAPS + "?labelSelector=x"))).containsExactly("a", "b");
        assertThat(names(cluster.get(MAPS + "?labelSelector=x%20in%20(1,3),y"))).containsExactly("a");
        assertThat(names(cluster.get(MAPS + "?labelSelector=x!%3D1"))).containsExactly("b", "c");
        assertThat(names(cluster.get(MAPS + "?fieldSelector=metadata.name%3Dc")))
                .containsExactly("c");
        assertThat(names(cluster.get("/api/v1/configmaps?fieldSelector=metadata.namespace%3Dn,metadata.name!%3Da")))
                .containsExactly("b", "c");
        assertThat(cluster.get(MAPS + "?labelSelector=x%20in%20(").code()).isEqualTo(400);
        assertThat(cluster.get(MAPS + "?fieldSelector=data%3Dx").code()).isEqualTo(400);
    }

    @Test
    void whatAnotherInstanceWroteIsInTheNextRead() {
        try (var second = new Cluster(cluster)) {
            for (int i = 0; i < 50; i++) {
                cluster.post(MAPS, WriteTest.map("m" + i, "1")).ok();
                assertThat(second.get(MAPS + "/m" + i).code()).isEqualTo(200);
                second.put(MAPS + "/m" + i, WriteTest.map("m" + i, "2")).ok();
                assertThat(cluster.get(MAPS + "/m" + i).at("/data/k")).isEqualTo("2");
            }
        }
    }

    @Test
    void aTableHasColumnsAndRows() {
        maps("a", "b");

        JsonNode table =
                cluster.call("GET", MAPS, "", Map.of("Accept", TABLE)).ok().body();
        JsonNode one = cluster.call("GET", MAPS + "/a", "", Map.of("Accept", TABLE))
                .ok()
                .body();

        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.at("/columnDefinitions/0/name").asText()).isEqualTo("Name");
        assertThat(table.path("rows")).hasSize(2);
        assertThat(table.at("/rows/0/cells/0").asText()).isEqualTo("a");
        assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(one.path("rows")).hasSize(1);
    }

    @Test
    void metadataAloneShowNothingElse() {
        maps("a");

        JsonNode list = cluster.call(
                        "GET",
                        MAPS,
                        "",
                        Map.of("Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"))
                .ok()
                .body();

        assertThat(list.path("kind").asText()).isEqualTo("PartialObjectMetadataList");
        assertThat(list.at("/items/0/metadata/name").asText()).isEqualTo("a");
        assertThat(list.at("/items/0").has("data")).isFalse();
    }

    @Test
    void pathsAndVerbsThatAreNotServedAreRefused() {
        assertThat(cluster.get("/api/v1/namespaces/n/nodes").code()).isEqualTo(404);
        assertThat(cluster.get("/api/v1/namespaces/n/configmaps/a/status").code())
                .isEqualTo(404);
        assertThat(cluster.post("/api/v1/configmaps", WriteTest.map("a", "1")).code())
                .isEqualTo(405);
        assertThat(cluster.post(MAPS + "/a", WriteTest.map("a", "1")).code()).isEqualTo(405);
        assertThat(cluster.put(MAPS, WriteTest.map("a", "1")).code()).isEqualTo(405);
    }
}
