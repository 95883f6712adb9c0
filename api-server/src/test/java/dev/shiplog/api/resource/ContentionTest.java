package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several writers on one object, through two instances.
class ContentionTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final Cluster cluster = Cluster.bootstrapped();
    private final Cluster other = new Cluster(cluster);

    @AfterEach
    void stop() {
        other.close();
        cluster.close();
    }

    private void overtake(int times) {
        for (int i = 0; i < times; i++) {
            String value = "" + i;
            cluster.meddling.add(
                    () -> other.put(MAPS + "/a", WriteTest.map("a", value)).ok());
        }
    }

    @Test
    void aPatchIsDecidedAfreshWhenSomebodyWasFaster() {
        cluster.post(MAPS, WriteTest.map("a", "1")).ok();
        overtake(Writes.EVALUATIONS_MAX - 1);

        var answer = cluster.patch("merge", MAPS + "/a", "{\"data\":{\"mine\":\"2\"}}");

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.at("/data/mine")).isEqualTo("2");
        assertThat(answer.at("/data/k")).isEqualTo("" + (Writes.EVALUATIONS_MAX - 2));
    }

    @Test
    void aPatchThatIsAlwaysTooLateConflicts() {
        cluster.post(MAPS, WriteTest.map("a", "1")).ok();
        overtake(Writes.EVALUATIONS_MAX);

        assertThat(cluster.patch("merge", MAPS + "/a", "{\"data\":{\"mine\":\"2\"}}")
                        .code())
                .isEqualTo(409);
    }

    @Test
    void aPutAtARevisionIsNotDecidedAfresh() {
        var first = cluster.post(MAPS, WriteTest.map("a", "1")).ok();
        overtake(1);

        var late = cluster.put(
                MAPS + "/a",
                WriteTest.map("a", "9")
                        .replace("\"name\":\"a\"", "\"name\":\"a\",\"resourceVersion\":\"" + first.version() + "\""));

        assertThat(late.code()).isEqualTo(409);
        assertThat(cluster.get(MAPS + "/a").at("/data/k")).isEqualTo("0");
    }

    @Test
    void ofTwoCreatesOfANameTheLaterIsTold() {
        cluster.meddling.add(() -> other.post(MAPS, WriteTest.map("a", "1")).ok());

        assertThat(cluster.post(MAPS, WriteTest.map("a", "2")).at("/reason")).isEqualTo("AlreadyExists");
    }

    @Test
    void aNamespaceThatClosesInBetweenLetsNothingIn() {
        cluster.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}").ok();
        cluster.meddling.add(() -> other.delete("/api/v1/namespaces/n").ok());

        var late = cluster.post("/api/v1/namespaces/n/configmaps", WriteTest.map("a", "1"));

        assertThat(late.code()).isEqualTo(403);
        assertThat(cluster.get("/api/v1/namespaces/n/configmaps").body().path("items"))
                .isEmpty();
    }

    @Test
    void ofManyPutsAtOneRevisionExactlyOneWins() throws InterruptedException {
        var first = cluster.post(MAPS, WriteTest.map("a", "1")).ok();
        String body = WriteTest.map("a", "WHO")
                .replace("\"name\":\"a\"", "\"name\":\"a\",\"resourceVersion\":\"" + first.version() + "\"");
        var codes = new int[16];
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < codes.length; i++) {
            int writer = i;
            threads.add(Thread.startVirtualThread(() -> codes[writer] = (writer % 2 == 0 ? cluster : other)
                    .put(MAPS + "/a", body.replace("WHO", "v" + writer))
                    .code()));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(codes).containsOnlyOnce(200).containsOnly(200, 409);
    }
}
