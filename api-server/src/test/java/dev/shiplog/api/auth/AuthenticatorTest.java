package dev.shiplog.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Front;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.HttpServer;
import dev.shiplog.api.http.HttpSettings;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.Peer;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.tls.ClientTls;
import dev.shiplog.api.tls.Issued;
import dev.shiplog.api.tls.TestAuthority;
import dev.shiplog.api.tls.TlsServer;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
    private final Instant now = Instant.now();
    private final AtomicReference<Instant> time = new AtomicReference<>(now);
    private TestAuthority authority;
    private TokenIssuer issuer;
    private Authenticator authenticator;

    @BeforeEach
    void wire() throws Exception {
        authority = new TestAuthority(now);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        TokenKey key = new TokenKey(pair.getPublic());
        issuer = new TokenIssuer(pair.getPrivate(), key);
        authenticator = new Authenticator(authority.ca(), new TokenVerifier(key, new AllAlive()), time::get);
    }

    private static final class AllAlive implements Accounts {
        @Override
        public boolean accountLives(String namespace, String name, String uid) {
            return true;
        }

        @Override
        public boolean podLives(String namespace, String name, String uid) {
            return true;
        }

        @Override
        public boolean secretLives(String namespace, String name, String uid) {
            return true;
        }
    }

    @Test
    void aCertificateNamesUserAndGroups() throws Exception {
        Identity identity =
                authenticator.authenticate(request(""), peer(authority.client("jane", "system:masters", "devs")));

        assertThat(identity.user()).isEqualTo("jane");
        assertThat(identity.groups()).containsExactlyInAnyOrder("system:masters", "devs", "system:authenticated");
        assertThat(identity.groups()).last().isEqualTo("system:authenticated");
    }

    @Test
    void aCertificateExpiresEvenOnAnOpenConnection() throws Exception {
        Peer peer = peer(authority.client(Duration.ofMinutes(1), "jane"));
        assertThat(authenticator.authenticate(request(""), peer).user()).isEqualTo("jane");

        time.set(now.plusSeconds(61));

        refused(request(""), peer);
    }

    @Test
    void aCertificateIsNotGoodBeforeItsTime() throws Exception {
        Peer peer = peer(authority.client("jane"));
        time.set(now.minus(Duration.ofDays(1)));
        refused(request(""), peer);

        time.set(now);

        assertThat(authenticator.authenticate(request(""), peer).user()).isEqualTo("jane");
    }

    @Test
    void aForeignOrMisusedCertificateIsRefused() throws Exception {
        refused(request(""), peer(new TestAuthority(now).client("jane", "system:masters")));
        refused(request(""), new Peer("", () -> List.of(authority.ca())));
        refused(request(""), new Peer("", List::of));
    }

    @Test
    void aTokenCountsWhereThereIsNoGoodCertificate() throws Exception {
        var spec = new TokenSpec("a", "robot", "u", List.of(), Duration.ofHours(1), null, "");
        String token = issuer.issue(spec, now, "t").text();

        assertThat(authenticator
                        .authenticate(request("Bearer " + token), new Peer("", List::of))
                        .user())
                .isEqualTo("system:serviceaccount:a:robot");
        assertThat(authenticator
                        .authenticate(request("bearer " + token), peer(new TestAuthority(now).client("x")))
                        .user())
                .isEqualTo("system:serviceaccount:a:robot");
        refused(request("Bearer nonsense"), new Peer("", List::of));
        refused(request("Basic " + token), new Peer("", List::of));
    }

    /// Over TLS: the handshake takes any certificate, so that the answer can be a Status.
    @Test
    void foreignAndExpiredCertificatesGetA401Status() throws Exception {
        Issued expired = authority.client(Duration.ofMinutes(1), "jane", "system:masters");
        Issued foreign = new TestAuthority(now).client("jane", "system:masters");
        Issued good = authority.client("jane");
        time.set(now.plusSeconds(120));
        try (HttpServer server = HttpServer.start(
                HttpSettings.of("127.0.0.1", 0),
                TlsServer.of(authority.server(), authority.ca()),
                new WhoAmI(),
                InstantSource.system())) {

            assertThat(get(server, good)).isEqualTo("200 jane");
            for (Issued bad : List.of(expired, foreign)) {
                assertThat(get(server, bad))
                        .startsWith("401 ")
                        .contains("\"reason\":\"Unauthorized\"")
                        .contains("\"message\":\"Unauthorized\"");
            }
            assertThat(get(server, null)).startsWith("401 ");
        }
    }

    private final class WhoAmI implements Front {
        @Override
        public ApiResponse answer(ApiRequest request, Peer peer) {
            return ApiResponse.text(
                    200, authenticator.authenticate(request, peer).user());
        }

        @Override
        public void answered(RequestInfo info, int code, Duration took) {}

        @Override
        public void streams(RequestInfo info, int change) {}
    }

    private String get(HttpServer server, @Nullable Issued client) throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(insistent(client)).build()) {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/whoami"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }

    /// A client that shows its certificate whoever the server says it trusts.
    private SSLContext insistent(@Nullable Issued client) throws Exception {
        if (client == null) {
            return ClientTls.of(null, authority.ca());
        }
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, new char[0]);
        trusted.setCertificateEntry("ca", authority.ca());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new X509ExtendedKeyManager[] {new OneKey(client)}, trust.getTrustManagers(), null);
        return context;
    }

    private static final class OneKey extends X509ExtendedKeyManager {
        private final Issued client;

        OneKey(Issued client) {
            this.client = client;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {"one"};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return "one";
        }

        @Override
        public String chooseEngineClientAlias(String[] keyType, Principal[] issuers, SSLEngine engine) {
            return "one";
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {client.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return client.key();
        }
    }

    private void refused(ApiRequest request, Peer peer) {
        assertThatThrownBy(() -> authenticator.authenticate(request, peer))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.status().code()).isEqualTo(401));
    }

    private static Peer peer(Issued client) {
        return new Peer("127.0.0.1", () -> List.of(client.certificate()));
    }

    private ApiRequest request(String authorization) {
        return new ApiRequest(
                "id",
                "GET",
                "/version",
                RequestInfo.of("GET", "/version", Query.NONE),
                Query.NONE,
                authorization.isEmpty() ? Headers.NONE : Headers.of("Authorization", authorization),
                new byte[0],
                Identity.NOBODY,
                "127.0.0.1",
                now,
                now);
    }
}
