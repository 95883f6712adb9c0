package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.http.StatusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads and watches of revisions that the window of the view has long forgotten (INTERFACES, HTTP beyond Kubernetes).
class PastTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String SELECTED = "&labelSelector=own%3Dyes";
    private static final int WINDOW = 10;

    @TempDir
    Path directory;

    private final Random random = new Random(1);

    /// What was live after each revision: the values by name.
    private final TreeMap<Long, Map<String, String>> then = new TreeMap<>();

    /// What a watch of everything says, revision by revision.
    private final TreeMap<Long, String> events = new TreeMap<>();

    private Cluster cluster = new Cluster();
    private long first;

    @BeforeEach
    void live() {
        cluster.close();
        cluster = new Cluster(new Cluster.Memory(WINDOW, directory));
        cluster.bootstrap();
        first = Long.parseLong(cluster.get(MAPS).version());
        Map<String, String> live = new TreeMap<>();
        then.put(first, Map.of());
        for (int i = 0; i < 200; i++) {
            String name = "m" + random.nextInt(10);
            String value = "v" + i;
            boolean known = live.containsKey(name);
            long revision;
            if (known && random.nextInt(3) == 0) {
                live.remove(name);
                cluster.delete(MAPS + "/" + name).ok();
                revision = cluster.main.snapshot().revision();
                events.put(revision, "DELETED " + name);
            } else {
                live.put(name, value);
                String body = "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"own\":\"yes\"}},\"data\":{\"k\":\"%s\"}}"
                        .formatted(name, value);
                var written = known ? cluster.put(MAPS + "/" + name, body) : cluster.post(MAPS, body);
                revision = Long.parseLong(written.ok().version());
                events.put(revision, (known ? "MODIFIED " : "ADDED ") + name);
            }
            then.put(revision, Map.copyOf(live));
        }
        cluster.index();
        Awaitility.await().until(() -> cluster.get(MAPS + exactly(first)).code() == 200);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static String exactly(long revision) {
        return "?resourceVersion=" + revision + "&resourceVersionMatch=Exact";
    }

    private static Map<String, String> values(Cluster.Answer list) {
        var values = new TreeMap<String, String>();
        list.body()
                .path("items")
                .forEach(item -> values.put(
                        item.at("/metadata/name").asText(), item.at("/data/k").asText()));
        return values;
    }

    @Test
    void aListAtARevisionShowsWhatWasThereThen() {
        then.forEach((revision, live) -> {
            var list = cluster.get(MAPS + exactly(revision) + SELECTED).ok();
            assertThat(values(list)).isEqualTo(live);
            assertThat(list.version()).isEqualTo(revision.toString());
        });
    }

    @Test
    void anObjectAtARevisionIsAsItWasThenOrAbsent() {
        then.forEach((revision, live) -> {
            var object = cluster.get(MAPS + "/m3" + exactly(revision));
            if (live.containsKey("m3")) {
                assertThat(object.ok().at("/data/k")).isEqualTo(live.get("m3"));
                assertThat(Long.parseLong(object.version())).isLessThanOrEqualTo(revision);
            } else {
                assertThat(object.code()).isEqualTo(404);
            }
        });
    }

    @Test
    void pagesOfAPastListAreOneMoment() {
        long revision = then.floorKey(first + 60);
        var seen = new TreeMap<String, String>();
        var page = cluster.get(MAPS + exactly(revision) + SELECTED + "&limit=2").ok();
        seen.putAll(values(page));
        while (page.body().at("/metadata").has("continue")) {
            page = cluster.get(MAPS + "?limit=2" + SELECTED + "&continue=" + page.at("/metadata/continue"))
                    .ok();
            assertThat(page.version()).isEqualTo(Long.toString(revision));
            seen.putAll(values(page));
        }
        assertThat(seen).isEqualTo(then.get(revision));
    }

    @Test
    void aWatchFromAnyRevisionTellsEverythingSinceOnceAndGoesOn() {
        List<Long> starts = new ArrayList<>(then.keySet());
        for (int i = 0; i < 10; i++) {
            long start = starts.get(random.nextInt(starts.size()));
            var watch = cluster.watch(MAPS + "?watch=1" + SELECTED + "&resourceVersion=" + start);
            List<String> since = new ArrayList<>(events.tailMap(start, false).values());
            watch.await(since.size());
            assertThat(watch.summary()).isEqualTo(since);
        }
        var watch = cluster.watch(MAPS + "?watch=1" + SELECTED + "&resourceVersion=" + first);
        watch.await(events.size());
        cluster.post(MAPS, "{\"metadata\":{\"name\":\"later\",\"labels\":{\"own\":\"yes\"}}}")
                .ok();
        watch.await(events.size() + 1);
        assertThat(watch.summary().getLast()).isEqualTo("ADDED later");
    }

    /// Clients of Kubernetes are used to it that a list has an end: concepts/overview/kubernetes-api, "Retrieving large
    /// results sets in chunks".
    @Test
    void theTokenOfAListExpiresAfterFiveMinutesAndGoesOnInTheNewestState() {
        var page = cluster.get(MAPS + "?limit=1").ok();
        String next = MAPS + "?limit=1&continue=" + page.at("/metadata/continue");
        cluster.ahead = Duration.ofMinutes(4);
        assertThat(cluster.get(next).code()).isEqualTo(200);
        cluster.ahead = Duration.ofMinutes(6);

        var expired = cluster.get(next);

        assertThat(expired.code()).isEqualTo(410);
        assertThat(expired.at("/reason")).isEqualTo("Expired");
        var inconsistent = cluster.get(MAPS + "?limit=1&continue=" + expired.at("/metadata/continue"))
                .ok();
        assertThat(inconsistent.version())
                .isEqualTo(Long.toString(cluster.main.snapshot().revision()));
    }

    @Test
    void whileThereIsNoIndexTheClientIsToldToComeBack() {
        try (var young = new Cluster(new Cluster.Memory(WINDOW, directory.resolve("young")))) {
            young.bootstrap();
            var read = young.get(MAPS + exactly(1));
            assertThat(read.code()).isEqualTo(503);
            assertThat(read.headers().first("Retry-After")).isEqualTo("1");
            Assertions.assertThatThrownBy(() -> young.respond("GET", MAPS + "?watch=1&resourceVersion=1", "", Map.of()))
                    .isInstanceOfSatisfying(
                            StatusException.class,
                            refused -> assertThat(refused.status().code()).isEqualTo(503));
        }
    }
}
