package dev.shiplog.api.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.resource.Cluster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Cluster addresses, node ports and pod ranges: given once, and given back.
class AllocationTest {
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final int WRITERS = 64;

    private final Cluster cluster = Cluster.bootstrapped();
    private final Cluster other = new Cluster(cluster);

    @AfterEach
    void stop() {
        other.close();
        cluster.close();
    }

    private static String service(String name, String spec) {
        return """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"%s"},
                 "spec":{"ports":[{"port":80}],"selector":{"a":"b"}%s}}""".formatted(name, spec);
    }

    private static String node(String name) {
        return "{\"metadata\":{\"name\":\"" + name + "\"}}";
    }

    /// Lets all writers go at the same moment, half of them through another instance.
    private List<String> together(String path, IntFunction<String> body, Function<Cluster.Answer, String> given)
            throws InterruptedException {
        var start = new CountDownLatch(1);
        List<String> all = Collections.synchronizedList(new ArrayList<>());
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    start.await();
                    all.add(given.apply((writer % 2 == 0 ? cluster : other)
                            .post(path, body.apply(writer))
                            .ok()));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return all;
    }

    @Test
    void sixtyFourWritersNeverGetOneClusterAddressTwice() throws InterruptedException {
        var given = together(SERVICES, i -> service("s" + i, ""), answer -> answer.at("/spec/clusterIP"));

        assertThat(given).hasSize(WRITERS).allMatch(ip -> ip.startsWith("10.43."));
        assertThat(new HashSet<>(given)).hasSize(WRITERS);
    }

    @Test
    void sixtyFourWritersNeverGetOneNodePortTwice() throws InterruptedException {
        var given = together(
                SERVICES,
                i -> service("s" + i, ",\"type\":\"NodePort\""),
                answer -> answer.at("/spec/ports/0/nodePort"));

        assertThat(given).hasSize(WRITERS).allMatch(port -> Integer.parseInt(port) >= 30_086);
        assertThat(new HashSet<>(given)).hasSize(WRITERS);
    }

    @Test
    void sixtyFourNodesNeverGetOnePodRangeTwice() throws InterruptedException {
        var given = together("/api/v1/nodes", i -> node("n" + i), answer -> answer.at("/spec/podCIDR"));

        assertThat(given).hasSize(WRITERS).allMatch(cidr -> cidr.matches("10\\.42\\.\\d+\\.0/24"));
        assertThat(new HashSet<>(given)).hasSize(WRITERS);
    }

    @Test
    void anAddressThatIsAskedForIsGivenOnceAndGivenBack() {
        String wanted = ",\"clusterIP\":\"10.43.0.10\"";

        var first = cluster.post(SERVICES, service("a", wanted)).ok();
        var second = cluster.post(SERVICES, service("b", wanted));
        cluster.delete(SERVICES + "/a").ok();
        var third = cluster.post(SERVICES, service("b", wanted));

        assertThat(first.at("/spec/clusterIPs/0")).isEqualTo("10.43.0.10");
        assertThat(first.at("/spec/ipFamilies/0")).isEqualTo("IPv4");
        assertThat(second.code()).isEqualTo(422);
        assertThat(second.at("/message")).contains("provided IP is already allocated");
        assertThat(third.code()).isEqualTo(201);
        assertThat(cluster.post(SERVICES, service("c", ",\"clusterIP\":\"192.168.0.1\""))
                        .code())
                .isEqualTo(422);
        assertThat(cluster.post(SERVICES, service("c", ",\"clusterIP\":\"10.43.0.0\""))
                        .code())
                .isEqualTo(422);
    }

    @Test
    void aNodePortThatIsAskedForMustBeFreeAndInRange() {
        String port = service("a", ",\"type\":\"NodePort\"").replace("\"port\":80", "\"port\":80,\"nodePort\":30080");

        var first = cluster.post(SERVICES, port).ok();
        var second = cluster.post(SERVICES, port.replace("\"a\"},", "\"b\"},"));

        assertThat(first.body().at("/spec/ports/0/nodePort").asInt()).isEqualTo(30080);
        assertThat(second.code()).isEqualTo(422);
        assertThat(second.at("/message")).contains("provided port is already allocated");
        assertThat(cluster.post(SERVICES, port.replace("\"a\"},", "\"b\"},").replace("30080", "80"))
                        .code())
                .isEqualTo(422);
    }

    @Test
    void changingTheTypeGivesBackWhatIsNoLongerNeeded() {
        cluster.post(
                        SERVICES,
                        service("a", ",\"type\":\"NodePort\"").replace("\"port\":80", "\"port\":80,\"nodePort\":30081"))
                .ok();

        var plain = cluster.patch("merge", SERVICES + "/a", "{\"spec\":{\"type\":\"ClusterIP\"}}")
                .ok();
        var reused = cluster.post(
                SERVICES,
                service("b", ",\"type\":\"NodePort\"").replace("\"port\":80", "\"port\":80,\"nodePort\":30081"));
        var back = cluster.patch("merge", SERVICES + "/a", "{\"spec\":{\"type\":\"NodePort\"}}")
                .ok();

        assertThat(plain.body().at("/spec/ports/0/nodePort").isMissingNode()).isTrue();
        assertThat(reused.code()).isEqualTo(201);
        assertThat(back.body().at("/spec/ports/0/nodePort").asInt())
                .isNotEqualTo(30081)
                .isPositive();
        assertThat(back.at("/spec/clusterIP")).isEqualTo(plain.at("/spec/clusterIP"));
    }

    @Test
    void anUpdateWithoutAddressKeepsIt() {
        var created =
                cluster.post(SERVICES, service("a", ",\"type\":\"NodePort\"")).ok();

        var put = cluster.put(SERVICES + "/a", service("a", ",\"type\":\"NodePort\",\"sessionAffinity\":\"ClientIP\""))
                .ok();

        assertThat(put.at("/spec/clusterIP")).isEqualTo(created.at("/spec/clusterIP"));
        assertThat(put.at("/spec/ports/0/nodePort")).isEqualTo(created.at("/spec/ports/0/nodePort"));
        assertThat(cluster.put(SERVICES + "/a", service("a", ",\"clusterIP\":\"10.43.7.7\""))
                        .code())
                .isEqualTo(422);
    }

    @Test
    void headlessAndExternalServicesHaveNoAddress() {
        var headless =
                cluster.post(SERVICES, service("h", ",\"clusterIP\":\"None\"")).ok();
        var external = cluster.post(
                        SERVICES, service("e", ",\"type\":\"ExternalName\",\"externalName\":\"example.com\""))
                .ok();

        assertThat(headless.at("/spec/clusterIPs/0")).isEqualTo("None");
        assertThat(external.body().at("/spec/clusterIP").isMissingNode()).isTrue();
    }

    @Test
    void aDryRunKeepsNothing() {
        String wanted = ",\"clusterIP\":\"10.43.0.99\"";

        cluster.post(SERVICES + "?dryRun=All", service("a", wanted)).ok();

        assertThat(cluster.post(SERVICES, service("b", wanted)).code()).isEqualTo(201);
    }

    /// A node may come when all ranges are given. It lives without one, and gets one with what it next reports after
    /// another has left.
    @Test
    void aNodeThatCameTooLateGetsARangeOnceOneIsFree() {
        for (int i = 0; i < Addresses.PODS_SUBNETS; i++) {
            cluster.post("/api/v1/nodes", node("n" + i)).ok();
        }
        var late = cluster.post("/api/v1/nodes", node("late")).ok();
        String status = "{\"status\":{\"phase\":\"%s\"}}";
        var still = cluster.patch("merge", "/api/v1/nodes/late/status", status.formatted("Pending"))
                .ok();
        String freed = cluster.get("/api/v1/nodes/n7").ok().at("/spec/podCIDR");
        cluster.delete("/api/v1/nodes/n7").ok();
        var given = cluster.patch("merge", "/api/v1/nodes/late/status", status.formatted("Running"))
                .ok();

        assertThat(late.body().at("/spec/podCIDR").isMissingNode()).isTrue();
        assertThat(still.body().at("/spec/podCIDR").isMissingNode()).isTrue();
        assertThat(given.at("/spec/podCIDR")).isEqualTo(freed);
        assertThat(given.at("/spec/podCIDRs/0")).isEqualTo(freed);
        assertThat(cluster.post(
                                "/api/v1/nodes",
                                "{\"metadata\":{\"name\":\"o\"},\"spec\":{\"podCIDR\":\"" + freed + "\"}}")
                        .code())
                .isEqualTo(422);
    }

    /// A range that a node is given by hand later is as much its own as one that it was born with.
    @Test
    void aRangeThatIsSetLaterMustBeFreeToo() {
        for (int i = 0; i < Addresses.PODS_SUBNETS; i++) {
            cluster.post("/api/v1/nodes", node("n" + i)).ok();
        }
        cluster.post("/api/v1/nodes", node("late")).ok();
        String taken = cluster.get("/api/v1/nodes/n7").ok().at("/spec/podCIDR");

        var answer = cluster.patch("merge", "/api/v1/nodes/late", "{\"spec\":{\"podCIDR\":\"" + taken + "\"}}");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.at("/message")).contains("is already allocated");
    }

    @Test
    void aDeletedNodeGivesItsRangeBack() {
        String cidr = cluster.post("/api/v1/nodes", node("n")).ok().at("/spec/podCIDR");
        cluster.delete("/api/v1/nodes/n").ok();

        var next = cluster.post(
                "/api/v1/nodes", "{\"metadata\":{\"name\":\"m\"},\"spec\":{\"podCIDR\":\"" + cidr + "\"}}");

        assertThat(next.ok().at("/spec/podCIDRs/0")).isEqualTo(cidr);
        assertThat(cluster.post(
                                "/api/v1/nodes",
                                "{\"metadata\":{\"name\":\"o\"},\"spec\":{\"podCIDR\":\"" + cidr + "\"}}")
                        .code())
                .isEqualTo(422);
    }
}
