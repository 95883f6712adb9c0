package dev.shiplog.api.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Front;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.HttpServer;
import dev.shiplog.api.http.HttpSettings;
import dev.shiplog.api.http.Peer;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.http.StreamChannel;
import dev.shiplog.api.tls.ClientTls;
import dev.shiplog.api.tls.TestAuthority;
import dev.shiplog.api.tls.TlsServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeLogClientTest {
    private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<StreamChannel> streams = new LinkedBlockingQueue<>();
    private TestAuthority authority;
    private HttpServer agent;
    private NodeLogClient client;

    @BeforeEach
    void start() throws Exception {
        authority = new TestAuthority(Instant.now());
        agent = HttpServer.start(
                HttpSettings.of("127.0.0.1", 0),
                TlsServer.of(authority.node("n1"), authority.ca()),
                new Agent(),
                InstantSource.system());
        client = new NodeLogClient(ClientTls.of(authority.client("shiplog-api-client"), authority.ca()));
    }

    @AfterEach
    void stop() {
        client.close();
        agent.close();
    }

    private final class Agent implements Front {
        @Override
        public ApiResponse answer(ApiRequest request, Peer peer) {
            asked.add(request.target() + " by "
                    + peer.chain().getFirst().getSubjectX500Principal().getName());
            return switch (request.info().segments().getLast()) {
                case "waiting" -> ApiResponse.text(400, "container \"waiting\" is waiting to start\n");
                case "gone" -> ApiResponse.text(404, "no such container");
                case "broken" -> ApiResponse.text(500, "oops");
                default -> new ApiResponse.Stream(200, "text/plain", Headers.NONE, streams::add);
            };
        }

        @Override
        public void answered(RequestInfo info, int code, Duration took) {}

        @Override
        public void streams(RequestInfo info, int change) {}
    }

    @Test
    void aLogComesAsItIsWritten() throws Exception {
        LogQuery query = LogQuery.of(Query.parse("follow=true&tailLines=5&container=c"), "p");
        try (InputStream log = client.open(node("n1"), "ns", "p", "c", query)) {
            assertThat(asked.take())
                    .isEqualTo("/containerLogs/ns/p/c?follow=true&tailLines=5 by CN=shiplog-api-client");
            StreamChannel channel = streams.take();

            channel.write("one\n".getBytes(StandardCharsets.UTF_8));
            assertThat(log.readNBytes(4)).isEqualTo("one\n".getBytes(StandardCharsets.UTF_8));
            channel.write("two\n".getBytes(StandardCharsets.UTF_8));
            channel.end();

            assertThat(log.readAllBytes()).isEqualTo("two\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatTheNodeRefusesIsPassedOn() {
        refused("waiting", 400, "container \"waiting\" is waiting to start");
        refused("gone", 404, "no such container");
        refused("broken", 500, "oops");
    }

    @Test
    void anotherNodesCertificateDoesNotCount() {
        assertThatThrownBy(() -> client.open(node("n2"), "ns", "p", "c", LogQuery.of(Query.NONE, "p")))
                .isInstanceOf(StatusException.class)
                .hasMessageContaining("certificate of somebody else");
    }

    @Test
    void anAgentThatIsAwayIsAnInternalError() {
        int port = agent.port();
        agent.close();

        assertThatThrownBy(() -> client.open(
                        new NodeLocation("n1", "127.0.0.1", port), "ns", "p", "c", LogQuery.of(Query.NONE, "p")))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.status().code()).isEqualTo(500))
                .hasMessageContaining("node \"n1\"");
    }

    private void refused(String container, int code, String text) {
        assertThatThrownBy(() -> client.open(node("n1"), "ns", "p", container, LogQuery.of(Query.NONE, "p")))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.status().code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    private NodeLocation node(String name) {
        return new NodeLocation(name, "127.0.0.1", agent.port());
    }
}
