package dev.shiplog.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shiplog.api.tls.ClientTls;
import dev.shiplog.api.tls.TestAuthority;
import dev.shiplog.api.tls.TlsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Over real sockets and TLS.
class HttpServerTest {
    private static final byte[] BIG = ("\"" + "x".repeat(300_000) + "\"").getBytes(StandardCharsets.US_ASCII);

    private final LinkedBlockingQueue<StreamChannel> streams = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<String> answered = new ConcurrentLinkedQueue<>();
    private final ConcurrentHashMap<String, AtomicInteger> open = new ConcurrentHashMap<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch proceed = new CountDownLatch(1);
    private SSLContext tls;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        var authority = new TestAuthority(Instant.now());
        tls = ClientTls.of(authority.client("someone"), authority.ca());
        var settings = new HttpSettings(
                "127.0.0.1",
                0,
                64,
                8L * 1024 * 1024,
                100,
                Duration.ofSeconds(20),
                Duration.ofSeconds(20),
                Duration.ofMinutes(1));
        server = HttpServer.start(
                settings, TlsServer.of(authority.server(), authority.ca()), new Echo(), InstantSource.system());
    }

    @AfterEach
    void stop() {
        proceed.countDown();
        server.close();
    }

    private final class Echo implements Front {
        @Override
        public ApiResponse answer(ApiRequest request, Peer peer) throws InterruptedException {
            return switch (request.info().segments().getFirst()) {
                case "big" -> ApiResponse.json(200, Negotiation.plain(request), BIG);
                case "echo" -> ApiResponse.bytes(200, "application/octet-stream", request.body());
                case "stream" -> new ApiResponse.Stream(200, "text/plain", Headers.NONE, streams::add);
                case "fail" -> throw new IllegalStateException("a bug");
                case "refuse" -> throw new StatusException(ApiStatus.notFound("", "pods", "x"));
                case "late" ->
                    ApiResponse.json(200, Media.JSON, out -> {
                        out.write('{');
                        throw new StatusException(ApiStatus.expired("too old"));
                    });
                case "broken" ->
                    ApiResponse.json(200, Media.JSON, out -> {
                        out.write(BIG);
                        throw new IllegalStateException("a bug in the middle");
                    });
                case "slow" -> {
                    try {
                        proceed.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                    yield ApiResponse.text(200, "done");
                }
                default ->
                    ApiResponse.text(200, request.target() + " " + peer.chain().size());
            };
        }

        @Override
        public void answered(RequestInfo info, int code, Duration took) {
            answered.add(info.path() + " " + code);
        }

        @Override
        public void streams(RequestInfo info, int change) {
            open.computeIfAbsent(info.path(), _ -> new AtomicInteger()).addAndGet(change);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void requestsAreAnsweredOverBothVersionsOfHttp(HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            HttpResponse<String> response =
                    client.send(request("/x?y=1").build(), HttpResponse.BodyHandlers.ofString());

            assertThat(response.version()).isEqualTo(version);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("/x?y=1 1");
            assertThat(response.headers().firstValue("Audit-Id")).isPresent();
            assertThat(answered).containsExactly("/x 200");
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bodiesOfThreeMebibytesPassAndOneByteMoreIs413(HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            byte[] most = new byte[ApiRequest.BODY_MAX];
            Arrays.fill(most, (byte) 'a');

            HttpResponse<byte[]> fits = client.send(post("/echo", most), HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<String> over =
                    client.send(post("/echo", new byte[ApiRequest.BODY_MAX + 1]), HttpResponse.BodyHandlers.ofString());

            assertThat(fits.body()).isEqualTo(most);
            assertThat(over.statusCode()).isEqualTo(413);
            assertThat(over.body())
                    .contains("\"reason\":\"RequestEntityTooLarge\"")
                    .contains("limit is 3145728");
        }
    }

    @Test
    void aBodyOfUnknownLengthIsBoundedToo() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
            var body = HttpRequest.BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(new byte[ApiRequest.BODY_MAX + 10_000]));

            HttpResponse<String> response =
                    client.send(request("/echo").POST(body).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void largeBodiesAreCompressedWhenAsked(HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            HttpResponse<byte[]> plain = client.send(request("/big").build(), HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<byte[]> packed = client.send(
                    request("/big").header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<byte[]> small = client.send(
                    request("/x").header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());

            assertThat(plain.body()).isEqualTo(BIG);
            assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
            assertThat(packed.body()).hasSizeLessThan(10_000);
            try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
                assertThat(unpacked.readAllBytes()).isEqualTo(BIG);
            }
            assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
        }
    }

    @Test
    void faultsAndRefusalsAreStatuses() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
            assertThat(text(client, "/fail"))
                    .startsWith("500 ")
                    .contains("\"reason\":\"InternalError\"")
                    .contains("a bug");
            assertThat(text(client, "/refuse")).startsWith("404 ").contains("pods \\\"x\\\" not found");
            assertThat(text(client, "/late")).startsWith("410 ").contains("too old");
            assertThat(text(client, "/x?timeout=soon")).startsWith("400 ").contains("timeout");
        }
    }

    @Test
    void aBodyThatBreaksInTheMiddleIsNotTakenForWhole() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
            assertThatThrownBy(() -> client.send(request("/broken").build(), HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRequestThatTakesTooLongIs504AndItsHandlerIsInterrupted() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_1_1)) {
            assertThat(text(client, "/slow?timeout=300ms")).startsWith("504 ").contains("\"reason\":\"Timeout\"");
            assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aStreamSendsItsHeadAtOnceAndEndsProperly(HttpClient.Version version) throws Exception {
        try (HttpClient client = client(version)) {
            HttpResponse<InputStream> response =
                    client.send(request("/stream").build(), HttpResponse.BodyHandlers.ofInputStream());
            StreamChannel channel = streams.take();
            assertThat(response.statusCode()).isEqualTo(200);

            assertThat(channel.offer("one\n".getBytes(StandardCharsets.UTF_8))).isEqualTo(StreamChannel.Offer.ACCEPTED);
            assertThat(new String(response.body().readNBytes(4), StandardCharsets.UTF_8))
                    .isEqualTo("one\n");
            channel.write("two\n".getBytes(StandardCharsets.UTF_8));
            channel.end();

            assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("two\n");
            assertThat(channel.offer(new byte[1])).isEqualTo(StreamChannel.Offer.CLOSED);
            await().untilAsserted(() -> assertThat(open.get("/stream")).hasValue(0));
            assertThat(answered).contains("/stream 200");
        }
    }

    @Test
    void aClientThatGoesAwayEndsTheStream() throws Exception {
        var closed = new CountDownLatch(1);
        try (SSLSocket socket = socket()) {
            send(socket, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
            StreamChannel channel = streams.take();
            channel.onClose(closed::countDown);
            channel.after(Duration.ofHours(1), () -> {});
        }
        assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
        await().untilAsserted(() -> assertThat(open.get("/stream")).hasValue(0));
    }

    @Test
    void aClientThatDoesNotReadIsToldApart() throws Exception {
        byte[] chunk = new byte[64 * 1024];
        try (SSLSocket socket = socket()) {
            send(socket, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
            StreamChannel channel = streams.take();
            await().during(Duration.ofMillis(300)).until(() -> filled(channel, chunk) && !channel.writable());

            var again = new CountDownLatch(1);
            channel.onWritable(again::countDown);
            Thread reader = Thread.ofVirtual().start(() -> drain(socket));
            assertThat(again.await(10, TimeUnit.SECONDS)).isTrue();
            await().until(() -> channel.offer(chunk) == StreamChannel.Offer.ACCEPTED);
            channel.abort();
            reader.join();
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInOrder() throws Exception {
        try (SSLSocket socket = socket()) {
            send(
                    socket,
                    "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n"
                            + "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                            + "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(all.indexOf("/a 1")).isPositive().isLessThan(all.indexOf("abc"));
            assertThat(all.indexOf("abc")).isLessThan(all.indexOf("/b 1"));
        }
    }

    @Test
    void aClientThatComesBackIsKnownAgain() throws Exception {
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            for (int visit = 0; visit < 3; visit++) {
                try (SSLSocket socket = socket()) {
                    socket.setEnabledProtocols(new String[] {version});
                    send(socket, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                    assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                            .endsWith("/x 1");
                }
            }
        }
    }

    @Test
    void whatIsNoHttpIsRefused() throws Exception {
        try (SSLSocket socket = socket()) {
            send(socket, "GARBAGE\r\n\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ");
        }
        try (SSLSocket socket = socket()) {
            send(socket, "GET /x?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400 ");
        }
        try (SSLSocket socket = socket()) {
            send(socket, "GET / HTTP/1.1\r\nX: " + "a".repeat(80_000) + "\r\n\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void aHeadRequestGetsNoBody() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            HttpResponse<String> response = client.send(
                    request("/x")
                            .method("HEAD", HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
        }
    }

    @Test
    void moreThanTheServerBearsIs429() throws Exception {
        try (HttpClient client = client(HttpClient.Version.HTTP_2)) {
            var more = IntStream.range(0, 80)
                    .mapToObj(_ -> client.sendAsync(request("/slow").build(), HttpResponse.BodyHandlers.ofString()))
                    .toList();
            await().until(() -> more.stream().filter(future -> future.isDone()).count() >= 16);
            proceed.countDown();

            List<Integer> codes =
                    more.stream().map(future -> future.join().statusCode()).toList();
            assertThat(codes).containsOnly(200, 429).contains(200, 429);
        }
    }

    // --- helpers

    private HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder().sslContext(tls).version(version).build();
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + target))
                .timeout(Duration.ofSeconds(15));
    }

    private HttpRequest post(String target, byte[] body) {
        return request(target)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private String text(HttpClient client, String target) throws Exception {
        HttpResponse<String> response = client.send(request(target).build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private SSLSocket socket() throws Exception {
        var socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(SSLSocket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static boolean filled(StreamChannel channel, byte[] chunk) {
        return IntStream.range(0, 1_000).anyMatch(_ -> channel.offer(chunk) == StreamChannel.Offer.TOO_SLOW);
    }

    private static void drain(SSLSocket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }
}
