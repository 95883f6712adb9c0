package dev.shiplog.api.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.api.auth.TokenIssuer;
import dev.shiplog.api.auth.TokenKey;
import dev.shiplog.api.bootstrap.ApiAddress;
import dev.shiplog.api.bootstrap.Bootstrap;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.Media;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.http.StatusJson;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Past;
import dev.shiplog.store.View;
import dev.shiplog.store.Views;
import dev.shiplog.store.checkpoint.JournalPast;
import dev.shiplog.store.checkpoint.MemoryStorage;
import dev.shiplog.store.history.HistoryHost;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.AppenderSettings;
import dev.shiplog.store.journal.JournalAppender;
import dev.shiplog.store.journal.MemoryJournal;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// An API server without HTTP, over two journals in memory: what tests call instead of a network.
public final class Cluster implements AutoCloseable {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final Codec CODEC = new Codec(Catalog.builtIn());

    private static final int CHOICES = 8;

    private final Codec codec;
    /// How far the clock was set forward.
    volatile Duration ahead = Duration.ZERO;

    public final InstantSource clock = () -> Instant.now().plus(ahead);
    public final MemoryJournal journal;
    public final MemoryJournal ephemeralJournal;
    public final ViewFollower main;
    public final ViewFollower ephemeral;
    public final Stores stores;
    public final Writes writes;
    public final ResourceServer server;
    public final List<String> reported = new ArrayList<>();
    private final List<HistoryHost> pasts = new ArrayList<>();
    /// Runs once before each of the next appends to the store `main`, so that a test can be faster than a write.
    public final Deque<Runnable> meddling = new ConcurrentLinkedDeque<>();
    public Identity caller = Identity.of("shiplog-admin", Identity.MASTERS);

    public Cluster() {
        this(null, CODEC, Memory.WHOLE);
    }

    /// What the instance remembers besides the newest state.
    ///
    /// @param window how many mutations the views hold
    /// @param history directory of a history index; null for none
    record Memory(
            int window, @org.jspecify.annotations.Nullable Path history) {
        static final Memory WHOLE = new Memory(View.WINDOW_MUTATIONS, null);
    }

    /// An instance that remembers less, or more.
    Cluster(Memory memory) {
        this(null, CODEC, memory);
    }

    /// A cluster with more kinds than the built-in ones.
    Cluster(Codec codec) {
        this(null, codec, Memory.WHOLE);
    }

    /// Another instance over the journals of `first`.
    public Cluster(Cluster first) {
        this(first, first.codec, Memory.WHOLE);
    }

    private Cluster(@org.jspecify.annotations.Nullable Cluster first, Codec codec, Memory memory) {
        this.codec = codec;
        journal = first == null ? new MemoryJournal(StoreName.MAIN, UUID.randomUUID(), clock) : first.journal;
        ephemeralJournal = first == null
                ? new MemoryJournal(StoreName.EPHEMERAL, UUID.randomUUID(), clock)
                : first.ephemeralJournal;
        main = follow(journal, memory.window);
        ephemeral = follow(ephemeralJournal, memory.window);
        stores = new Stores(
                new Views(main, ephemeral),
                new Past.Pasts(past(journal, main, memory.history), past(ephemeralJournal, ephemeral, null)),
                new MeddledAppender(appender(journal, main), meddling),
                appender(ephemeralJournal, ephemeral));
        var needs = new ResourceServer.Needs(stores, codec, clock, random(), issuer(), WatchGauge.NONE);
        writes = ResourceServer.writes(needs);
        server = ResourceServer.start(needs, writes, object -> {
            synchronized (reported) {
                reported.add(object.meta().name());
            }
        });
    }

    public static Cluster bootstrapped() {
        var cluster = new Cluster();
        cluster.bootstrap();
        return cluster;
    }

    public void bootstrap() {
        try {
            new Bootstrap(writes, codec.catalog(), clock).run("PEM", new ApiAddress("192.0.2.1", 6443));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Codec codec() {
        return CODEC;
    }

    /// Chooses among few numbers only, so that writers who choose at the same time often meet.
    private static RandomGenerator random() {
        var random = new SecureRandom();
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return random.nextInt(Math.min(bound, CHOICES));
            }
        };
    }

    private static TokenIssuer issuer() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            return new TokenIssuer(pair.getPrivate(), new TokenKey(pair.getPublic()));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ViewFollower follow(MemoryJournal journal, int window) {
        var follower = new ViewFollower(journal.store(), State.EMPTY, window);
        follower.start(journal, why -> {});
        return follower;
    }

    private Past past(MemoryJournal of, ViewFollower view, @org.jspecify.annotations.Nullable Path directory) {
        if (directory == null) {
            return new NoPast();
        }
        var host = new HistoryHost(directory, new JournalPast(of, new MemoryStorage()), view);
        pasts.add(host);
        return host;
    }

    /// Begins to index the past, if this instance does.
    void index() {
        pasts.forEach(HistoryHost::start);
    }

    private Appender appender(MemoryJournal journal, ViewFollower view) {
        return JournalAppender.over(
                journal,
                view,
                AppenderSettings.of("test"),
                new AppenderSeams(
                        UUID::randomUUID,
                        (after, task) -> CompletableFuture.delayedExecutor(
                                        after.toNanos(), TimeUnit.NANOSECONDS, Thread::startVirtualThread)
                                .execute(task),
                        () -> null,
                        fingerprint -> Objects.requireNonNull(codec.catalog().type(fingerprint))
                                .strippedText()));
    }

    // --- calls

    /// What came back: the code, the body as a tree, and the headers.
    public record Answer(int code, JsonNode body, Headers headers) {
        public String at(String pointer) {
            return body.at(pointer).asText();
        }

        public String version() {
            return at("/metadata/resourceVersion");
        }

        /// This answer, which must be a success.
        public Answer ok() {
            if (code >= 300) {
                throw new AssertionError(code + " " + body);
            }
            return this;
        }
    }

    public Answer get(String target) {
        return call("GET", target, "", Map.of());
    }

    public Answer post(String target, String body) {
        return call("POST", target, body, Map.of());
    }

    public Answer put(String target, String body) {
        return call("PUT", target, body, Map.of());
    }

    public Answer delete(String target) {
        return call("DELETE", target, "", Map.of());
    }

    public Answer delete(String target, String body) {
        return call("DELETE", target, body, Map.of());
    }

    /// Patches; `type` is json, merge or strategic
    public Answer patch(String type, String target, String body) {
        String media = switch (type) {
            case "json" -> "application/json-patch+json";
            case "merge" -> "application/merge-patch+json";
            default -> "application/strategic-merge-patch+json";
        };
        return call("PATCH", target, body, Map.of("Content-Type", media));
    }

    public Answer call(String method, String target, String body, Map<String, String> headers) {
        try {
            return switch (respond(method, target, body, headers)) {
                case ApiResponse.Full full -> answer(full);
                case ApiResponse.Stream stream -> throw new AssertionError("a stream: " + stream);
            };
        } catch (StatusException refused) {
            return answer(StatusJson.response(refused.status(), Media.JSON));
        }
    }

    private static Answer answer(ApiResponse.Full full) {
        var bytes = new ByteArrayOutputStream();
        try {
            full.body().writeTo(bytes);
            return new Answer(full.code(), JSON.readTree(bytes.toByteArray()), full.headers());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts a watch and returns the client's end of it.
    public WatchClient watch(String target) {
        var client = new WatchClient();
        watch(target, client);
        return client;
    }

    public void watch(String target, WatchClient client) {
        try {
            var stream = (ApiResponse.Stream) respond("GET", target, "", client.headers());
            Thread.startVirtualThread(() -> {
                try {
                    stream.body().start(client);
                } catch (Exception e) {
                    client.failed(e);
                }
            });
        } catch (StatusException refused) {
            throw new AssertionError(refused.status().toString(), refused);
        }
    }

    public ApiResponse respond(String method, String target, String body, Map<String, String> headers) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        Query query = question < 0 ? Query.NONE : Query.parse(target.substring(question + 1));
        Headers fields = Headers.NONE;
        for (var header : headers.entrySet()) {
            fields = fields.with(header.getKey(), header.getValue());
        }
        Instant now = clock.instant();
        var request = new ApiRequest(
                UUID.randomUUID().toString(),
                method,
                target,
                RequestInfo.of(method, path, query),
                query,
                fields,
                body.getBytes(StandardCharsets.UTF_8),
                caller,
                "127.0.0.1",
                now,
                now.plusSeconds(30));
        try {
            return server.handle(request);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        stores.main().close();
        stores.ephemeral().close();
        main.close();
        ephemeral.close();
        pasts.forEach(HistoryHost::close);
    }
}
