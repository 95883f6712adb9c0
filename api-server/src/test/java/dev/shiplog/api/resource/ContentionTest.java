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

    @Test
    void patchesAreDecidedAfreshUntilEachHasTakenEffect() throws InterruptedException {
        cluster.post(MAPS, WriteTest.map("a", "1")).ok();
        var threads = new ArrayList<Thread>();
        var codes = new int[4];
        for (int i = 0; i < codes.length; i++) {
            int writer = i;
            threads.add(Thread.startVirtualThread(() -> {
                for (int round = 0; round < 10; round++) {
                    var answer = (writer % 2 == 0 ? cluster : other)
                            .patch("merge", MAPS + "/a", "{\"data\":{\"w%d\":\"%d\"}}".formatted(writer, round));
                    codes[writer] = Math.max(codes[writer], answer.code());
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(codes).containsOnly(200);
        assertThat(cluster.get(MAPS + "/a").body().path("data"))
                .hasToString("{\"k\":\"1\",\"w0\":\"9\",\"w1\":\"9\",\"w2\":\"9\",\"w3\":\"9\"}");
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

    @Test
    void nothingIsCreatedInANamespaceOnceItIsClosed() throws InterruptedException {
        cluster.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}").ok();
        var created = new ArrayList<Long>();
        var writer = Thread.startVirtualThread(() -> {
            for (int i = 0; ; i++) {
                var answer = other.post("/api/v1/namespaces/n/configmaps", WriteTest.map("m" + i, "1"));
                if (answer.code() != 201) {
                    return;
                }
                created.add(Long.parseLong(answer.version()));
            }
        });
        while (cluster.get("/api/v1/namespaces/n/configmaps")
                        .body()
                        .path("items")
                        .size()
                < 5) {
            Thread.onSpinWait();
        }

        long closed = Long.parseLong(cluster.delete("/api/v1/namespaces/n").version());
        writer.join();

        assertThat(created).isNotEmpty().allMatch(revision -> revision < closed);
    }
}
