package dev.shiplog.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shiplog.node.TestPki;
import dev.shiplog.node.api.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentServerTest {
    @TempDir
    private Path directory;

    private final AtomicBoolean running = new AtomicBoolean(true);
    private TestPki pki;
    private Path log;
    private AgentServer server;

    @BeforeEach
    void start() throws Exception {
        pki = new TestPki(directory, "ca");
        log = directory.resolve("0.log");
        Files.writeString(log, """
                2026-03-01T10:00:00.000000000Z stdout F one
                2026-03-01T10:00:01.000000000Z stderr F two
                2026-03-01T10:00:02.000000000Z stdout P thr
                2026-03-01T10:00:02.000000001Z stdout F ee
                2026-03-01T10:00:03.000000000Z stdout F four
                """);
        server = AgentServer.start(
                "127.0.0.1",
                0,
                0,
                pki.issue("node", "CN=system:node:n,O=system:nodes"),
                new OnePod(),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void logsAreRefusedWithoutAClientCertificate() throws Exception {
        HttpResponse<String> answer = get(anonymous(), "/containerLogs/default/web/main");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("one");
    }

    @Test
    void logsAreRefusedToOthersOfTheClusterAndToOtherAuthorities() throws Exception {
        Tls other = pki.issue("other", "CN=system:node:other,O=system:nodes");
        assertThat(get(client(other), "/containerLogs/default/web/main").statusCode())
                .isEqualTo(403);

        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Tls foreign = new TestPki(elsewhere, "ca").issue("api-client", "CN=shiplog-api-client");
        Tls mixed = new Tls(directory.resolve("ca.crt"), foreign.certificate(), foreign.key());
        assertThatThrownBy(() -> get(client(mixed), "/containerLogs/default/web/main"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theApiServerGetsWhatItAsksFor() throws Exception {
        HttpClient api = client(pki.issue("api-client", "CN=shiplog-api-client"));
        String path = "/containerLogs/default/web/main";

        assertThat(get(api, path).body()).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(get(api, path + "?tailLines=2").body()).isEqualTo("three\nfour\n");
        assertThat(get(api, path + "?tailLines=0").body()).isEmpty();
        assertThat(get(api, path + "?tailLines=9").body()).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(get(api, path + "?limitBytes=5").body()).isEqualTo("one\nt");
        assertThat(get(api, path + "?sinceTime=2026-03-01T10:00:02Z").body()).isEqualTo("three\nfour\n");
        assertThat(get(api, path + "?timestamps=true&tailLines=1").body())
                .isEqualTo("2026-03-01T10:00:03.000000000Z four\n");
        assertThat(get(api, path + "?tailLines=x").statusCode()).isEqualTo(400);
        assertThat(get(api, path + "?previous=true").statusCode()).isEqualTo(400);
        assertThat(get(api, "/containerLogs/default/absent/main").statusCode()).isEqualTo(404);
        assertThat(get(api, "/metrics").body()).contains("kubelet_running_pods");
        assertThat(get(api, "/elsewhere").statusCode()).isEqualTo(404);
    }

    @Test
    void aFollowedLogGoesOnUntilTheContainerEndsAndSurvivesRotation() throws Exception {
        HttpClient api = client(pki.issue("api-client", "CN=shiplog-api-client"));
        var answer = api.send(
                request("/containerLogs/default/web/main?follow=true&tailLines=1"),
                HttpResponse.BodyHandlers.ofInputStream());
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("four");
            Files.writeString(log, "2026-03-01T10:00:04.000000000Z stdout F five\n", StandardOpenOption.APPEND);
            assertThat(lines.readLine()).isEqualTo("five");
            Files.move(log, directory.resolve("0.log.1"));
            Files.writeString(log, "2026-03-01T10:00:05.000000000Z stdout F six\n");
            assertThat(lines.readLine()).isEqualTo("six");
            running.set(false);
            assertThat(lines.readLine()).isNull();
        }
    }

    private HttpResponse<String> get(HttpClient client, String path) throws IOException, InterruptedException {
        return client.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                .build();
    }

    private static HttpClient client(Tls tls) throws IOException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls.context())
                .build();
    }

    private HttpClient anonymous() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(directory.resolve("ca.crt"))) {
            Certificate authority = CertificateFactory.getInstance("X.509").generateCertificate(in);
            trusted.setCertificateEntry("ca", authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private final class OnePod implements PodLogs {
        @Override
        public Answer log(String namespace, String pod, String container, Which which) {
            if (!pod.equals("web")) {
                return new NoPod("no such pod");
            }
            return which == Which.PREVIOUS ? new NotNow("no former run") : new Found(log, running::get);
        }

        @Override
        public JsonNode pods() {
            return JsonNodeFactory.instance.objectNode();
        }

        @Override
        public String metrics() {
            return "kubelet_running_pods 0\n";
        }

        @Override
        public String unhealthy() {
            return "";
        }
    }
}
