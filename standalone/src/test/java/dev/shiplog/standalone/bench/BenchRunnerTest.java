package dev.shiplog.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.standalone.bench.BenchCase.Figure;
import dev.shiplog.standalone.bench.BenchCase.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What `bench --json` says of a case (INTERFACES, section 7).
class BenchRunnerTest {
    private static final List<Target> TARGETS = List.of(Target.ratio(3), Target.atMost("p99Ratio", 1));

    private final List<String> order = new ArrayList<>();
    private final BenchBed bed = unstarted();

    @AfterEach
    void close() throws IOException {
        bed.close();
    }

    @Test
    void aCaseHasTheFieldsOfTheInterface() throws Exception {
        ObjectNode answer = run(true, List.of(figure(30, 2), figure(50, 4), figure(40, 3)), peers(10, 5));

        assertThat(answer.path("case").asText()).isEqualTo("journal/put/fsync/1");
        assertThat(answer.path("unit").asText()).isEqualTo("ops/s");
        assertThat(answer.path("better").asText()).isEqualTo("higher");
        assertThat(answer.path("runs").toString()).isEqualTo("[30.0,50.0,40.0]");
        assertThat(answer.path("median").asDouble()).isEqualTo(40);
        assertThat(answer.path("latencyMs").toString()).isEqualTo("{\"p50\":1.0,\"p90\":2.0,\"p99\":3.0,\"max\":9.0}");
        assertThat(answer.path("errors").asLong()).isZero();
        assertThat(answer.path("cpuSecondsPerThousand").toString()).isEqualTo("{\"server\":0.0135,\"client\":0.02}");
        JsonNode peer = answer.path("peer");
        assertThat(peer.path("name").asText()).isEqualTo("etcd 0");
        assertThat(peer.path("runs").toString()).isEqualTo("[10.0,10.0,10.0]");
        assertThat(peer.path("median").asDouble()).isEqualTo(10);
        assertThat(peer.path("latencyMs").path("p99").asDouble()).isEqualTo(5);
        assertThat(answer.path("ratio").asDouble()).isEqualTo(4);
        assertThat(answer.path("target").toString()).isEqualTo("{\"of\":\"ratio\",\"op\":\">=\",\"value\":3.0}");
        assertThat(answer.path("met").asBoolean()).isTrue();
        assertThat(answer.path("details").path("run").asInt()).isEqualTo(40);
    }

    @Test
    void oursAndThePeerTakeTurns() throws Exception {
        run(true, List.of(figure(1, 1), figure(1, 1), figure(1, 1)), peers(1, 1));

        assertThat(order).containsExactly("ours", "peer", "ours", "peer", "ours", "peer");
    }

    @Test
    void anUnmetRatioIsUnmet() throws Exception {
        assertThat(met(run(true, ours(29, 1), peers(10, 5)))).isFalse();
    }

    @Test
    void aLongerTailThanThePeersIsUnmet() throws Exception {
        assertThat(met(run(true, ours(40, 6), peers(10, 5)))).isFalse();
    }

    @Test
    void errorsMeetNothing() throws Exception {
        Figure failing = new Figure(40, new LoadReport.Latency(1, 2, 3, 9), 1, 0, 0, null);

        assertThat(met(run(true, List.of(failing, figure(40, 3), figure(40, 3)), peers(10, 5))))
                .isFalse();
    }

    @Test
    void withoutAPeerNothingIsSaidOfTheRatio() throws Exception {
        ObjectNode answer = run(false, ours(40, 3), peers(10, 5));

        assertThat(order).containsOnly("ours");
        assertThat(answer.has("peer")).isFalse();
        assertThat(answer.has("met")).isFalse();
        assertThat(answer.path("target").path("of").asText()).isEqualTo("ratio");
    }

    private static boolean met(ObjectNode answer) {
        return answer.path("met").asBoolean(true);
    }

    private ObjectNode run(boolean peer, List<Figure> ours, List<Figure> theirs) throws Exception {
        Iterator<Figure> next = ours.iterator();
        Iterator<Figure> nextOfPeer = theirs.iterator();
        var benchmark = new BenchCase(
                "journal/put/fsync/1",
                "ops/s",
                true,
                TARGETS,
                _ -> {
                    order.add("ours");
                    return next.next();
                },
                _ -> {
                    order.add("peer");
                    return nextOfPeer.next();
                });
        return new BenchRunner(bed, ours.size(), peer ? "etcd 0" : "").run(benchmark);
    }

    private static List<Figure> ours(double value, double p99) {
        return List.of(figure(value, p99), figure(value, p99), figure(value, p99));
    }

    private static List<Figure> peers(double value, double p99) {
        return ours(value, p99);
    }

    private static Figure figure(double value, double p99) {
        return new Figure(value, new LoadReport.Latency(1, 2, p99, 9), 0, 0.0135, 0.02, null)
                .with(JsonNodeFactory.instance.objectNode().put("run", (int) value));
    }

    private static BenchBed unstarted() {
        try {
            return new BenchBed(Path.of("."), 1, _ -> List.of());
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }
}
