package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiplog.api.http.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Watches: where they begin, what they show, and that nothing is lost.
class WatchTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String WATCH = "/api/v1/namespaces/default/configmaps?watch=1";
    private static final String NO_ROOT = "&fieldSelector=metadata.name!%3Dkube-root-ca.crt";

    private final Cluster cluster = Cluster.bootstrapped();

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Cluster.Answer map(String name, String value) {
        var created = cluster.post(MAPS, WriteTest.map(name, value));
        return created.code() == 201
                ? created
                : cluster.put(MAPS + "/" + name, WriteTest.map(name, value)).ok();
    }

    @Test
    void aWatchWithoutRevisionBeginsWithTheState() {
        map("a", "1");

        var watch = cluster.watch(WATCH + NO_ROOT);
        watch.await(1);
        map("b", "1");
        map("b", "2");
        cluster.delete(MAPS + "/b").ok();
        watch.await(4);

        assertThat(watch.summary()).containsExactly("ADDED a", "ADDED b", "MODIFIED b", "DELETED b");
        assertThat(watch.revision(3)).isGreaterThan(watch.revision(2));
        assertThat(watch.events().get(3).at("/object/data/k").asText()).isEqualTo("2");
    }

    @Test
    void aWatchFromARevisionShowsOnlyWhatCameAfter() {
        map("a", "1");
        String version = cluster.get(MAPS).version();
        map("b", "1");

        var watch = cluster.watch(WATCH + "&resourceVersion=" + version);
        map("c", "1");
        watch.await(2);

        assertThat(watch.summary()).containsExactly("ADDED b", "ADDED c");
    }

    @Test
    void selectorTransitionsLookLikeAddingAndDeleting() {
        map("a", "1");
        var watch = cluster.watch(WATCH + "&labelSelector=x");
        Awaitility.await().until(watch::open);

        cluster.patch("merge", MAPS + "/a", "{\"metadata\":{\"labels\":{\"x\":\"1\"}}}")
                .ok();
        cluster.patch("merge", MAPS + "/a", "{\"metadata\":{\"labels\":{\"x\":\"2\"}}}")
                .ok();
        var last = cluster.patch("merge", MAPS + "/a", "{\"metadata\":{\"labels\":null}}")
                .ok();
        watch.await(3);

        assertThat(watch.summary()).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
        JsonNode gone = watch.events().get(2);
        assertThat(gone.at("/object/metadata/labels/x").asText()).isEqualTo("2");
        assertThat(gone.at("/object/metadata/resourceVersion").asText()).isEqualTo(last.version());
    }

    @Test
    void allWatchersSeeOneOrder() {
        var first = cluster.watch(WATCH + NO_ROOT);
        var second = cluster.watch("/api/v1/configmaps?watch=true" + NO_ROOT);
        for (int i = 0; i < 50; i++) {
            map("m" + i % 7, "" + i);
        }
        first.await(50);
        second.await(50);

        assertThat(first.events()).isEqualTo(second.events());
    }

    @Test
    void initialEventsAreRefusedSoThatClientsListInstead() {
        assertThatThrownBy(() -> cluster.respond(
                        "GET",
                        WATCH + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
                        "",
                        Map.of()))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(422));
    }

    @Test
    void bookmarksTellHowFarAWatchIs() {
        var watch = cluster.watch(WATCH + NO_ROOT + "&allowWatchBookmarks=true");
        var other = cluster.watch(WATCH + NO_ROOT);
        map("a", "1");
        watch.await(1);
        other.await(1);
        var secret = cluster.post("/api/v1/namespaces/default/secrets", "{\"metadata\":{\"name\":\"s\"}}")
                .ok();

        Awaitility.await().until(() -> {
            watch.elapse(Watcher.BOOKMARK_EVERY);
            other.elapse(Watcher.BOOKMARK_EVERY);
            JsonNode last = watch.events().getLast();
            return last.path("type").asText().equals("BOOKMARK")
                    && last.at("/object/metadata/resourceVersion").asText().equals(secret.version());
        });

        JsonNode bookmark = watch.events().getLast();
        assertThat(bookmark.at("/object/kind").asText()).isEqualTo("ConfigMap");
        assertThat(bookmark.at("/object").has("data")).isFalse();
        assertThat(other.summary()).containsExactly("ADDED a");
    }

    @Test
    void aWatchEndsAfterItsTimeWithABookmark() {
        var watch = cluster.watch(WATCH + NO_ROOT + "&allowWatchBookmarks=true&timeoutSeconds=7");
        map("a", "1");
        watch.await(1);

        watch.elapse(Duration.ofSeconds(7));
        watch.awaitEnd();

        assertThat(watch.events().getLast().path("type").asText()).isEqualTo("BOOKMARK");
        assertThat(watch.aborted()).isFalse();
    }

    @Test
    void noWatchLastsForEver() {
        var watch = cluster.watch(WATCH + NO_ROOT + "&timeoutSeconds=" + Long.MAX_VALUE);
        map("a", "1");
        watch.await(1);

        watch.elapse(Duration.ofDays(365));

        watch.awaitEnd();
        assertThat(watch.aborted()).isFalse();
    }

    @Test
    void aClientThatWantsWebSocketIsSentToPlainHttp() {
        var answer = cluster.respond("GET", WATCH, "", Map.of("Upgrade", "websocket", "Connection", "Upgrade"));

        assertThat(answer).isInstanceOf(dev.shiplog.api.http.ApiResponse.Full.class);
        assertThat(answer.code()).isEqualTo(200);
    }

    @Test
    void aTableWatchNamesItsColumnsOnce() {
        var watch = new WatchClient().accept("application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        cluster.watch(WATCH + NO_ROOT, watch);
        map("a", "1");
        map("b", "1");
        watch.await(2);

        JsonNode first = watch.events().get(0).path("object");
        JsonNode second = watch.events().get(1).path("object");
        assertThat(first.path("kind").asText()).isEqualTo("Table");
        assertThat(first.path("columnDefinitions")).isNotEmpty();
        assertThat(first.path("rows")).hasSize(1);
        assertThat(second.path("columnDefinitions")).isEmpty();
        assertThat(second.at("/rows/0/cells/0").asText()).isEqualTo("b");
    }

    @Test
    void aSlowWatcherMissesNothingAndHoldsNobodyUp() {
        var slow = new WatchClient();
        cluster.watch(WATCH + NO_ROOT, slow);
        var quick = cluster.watch(WATCH + NO_ROOT);
        map("m", "0");
        slow.await(1);
        slow.reads(3);
        for (int i = 1; i <= 40; i++) {
            map("m", "" + i);
        }
        quick.await(41);
        assertThat(slow.events()).hasSizeLessThan(10);

        for (int i = 0; i < 20; i++) {
            slow.reads(5);
        }
        slow.reads(1000);
        slow.await(41);

        assertThat(slow.events()).isEqualTo(quick.events());
    }

    @Test
    void aWatcherThatStopsReadingIsCutOff() {
        var stuck = new WatchClient();
        cluster.watch(WATCH + NO_ROOT, stuck);
        map("m", "0");
        stuck.await(1);
        stuck.reads(0);
        map("m", "1");

        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            stuck.elapse(Watcher.STALLED_MAX);
            return stuck.aborted();
        });
    }

    @Test
    void aRevisionThatIsNoLongerHeldEndsTheWatchWithAnError() {
        try (var fresh = new Cluster()) {
            fresh.bootstrap();
            var small = new dev.shiplog.store.journal.ViewFollower(
                    dev.shiplog.schemas.StoreName.MAIN, dev.shiplog.store.journal.State.EMPTY, 2);
            small.start(fresh.journal, why -> {});
            Awaitility.await()
                    .until(() ->
                            small.snapshot().position() == fresh.main.snapshot().position());
            var follower = WatchFollower.start(small, new NoPast(), WatchGauge.NONE);
            var client = new WatchClient();
            var kind =
                    java.util.Objects.requireNonNull(Cluster.codec().catalog().byResource("", "v1", "configmaps"));
            var filter = Filter.of(
                    kind,
                    dev.shiplog.api.http.RequestInfo.of("GET", MAPS, dev.shiplog.api.http.Query.NONE),
                    ListOptions.ofWatch(dev.shiplog.api.http.Query.NONE));
            var rendering = Rendering.of(
                    Cluster.codec(), kind, dev.shiplog.api.http.Media.JSON, dev.shiplog.api.http.Query.NONE);

            try {
                new Watcher(follower, Cluster.codec(), filter, rendering, client)
                        .begin(null, 1, false, Duration.ofMinutes(1));
            } catch (InterruptedException | dev.shiplog.api.http.StreamChannel.Closed e) {
                throw new AssertionError(e);
            }

            client.awaitEnd();
            JsonNode error = client.events().getFirst();
            assertThat(error.path("type").asText()).isEqualTo("ERROR");
            assertThat(error.at("/object/code").asInt()).isEqualTo(410);
            assertThat(error.at("/object/reason").asText()).isEqualTo("Expired");
            follower.close();
            small.close();
        }
    }

    /// A watch that is cut anywhere and resumed from the last revision seen shows each mutation once.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aWatchCutAnywhereAndResumedShowsEachMutationOnce(long seed) throws InterruptedException {
        var random = new Random(seed);
        var whole = cluster.watch(WATCH + NO_ROOT);
        long from = Long.parseLong(cluster.get(MAPS).version());
        var writer = Thread.startVirtualThread(() -> {
            var draws = new Random(seed * 31);
            for (int i = 0; i < 200; i++) {
                String name = "m" + draws.nextInt(12);
                if (draws.nextInt(4) == 0) {
                    cluster.delete(MAPS + "/" + name);
                } else {
                    map(name, "" + i);
                }
            }
        });
        List<Long> seen = new ArrayList<>();
        long last = from;
        while (writer.isAlive() || last < whole.revision(whole.events().size() - 1)) {
            var part = cluster.watch(WATCH + NO_ROOT + "&resourceVersion=" + last);
            int wanted = 1 + random.nextInt(15);
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            while (part.events().size() < wanted && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            part.end();
            for (JsonNode event : part.events()) {
                last = event.at("/object/metadata/resourceVersion").asLong();
                seen.add(last);
            }
            if (!writer.isAlive()) {
                Awaitility.await()
                        .until(() -> whole.events().isEmpty()
                                || whole.revision(whole.events().size() - 1)
                                        >= Long.parseLong(cluster.get(MAPS).version()) - 1);
            }
        }

        assertThat(seen)
                .isEqualTo(whole.events().stream()
                        .map(event ->
                                event.at("/object/metadata/resourceVersion").asLong())
                        .filter(revision -> revision > from)
                        .toList());
        assertThat(seen).doesNotHaveDuplicates().hasSizeGreaterThan(100);
    }
}
