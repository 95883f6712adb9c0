package dev.shiplog.api.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.shiplog.api.http.Identity;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final Set<String> alive = new HashSet<>(Set.of("account a/robot u1", "pod a/p u2", "secret a/s u3"));
    private TokenIssuer issuer;
    private TokenVerifier verifier;
    private TokenKey key;

    @BeforeEach
    void keys() throws Exception {
        KeyPair pair = pair();
        key = new TokenKey(pair.getPublic());
        issuer = new TokenIssuer(pair.getPrivate(), key);
        verifier = new TokenVerifier(key, new Living());
    }

    private final class Living implements Accounts {
        @Override
        public boolean accountLives(String namespace, String name, String uid) {
            return alive.contains("account %s/%s %s".formatted(namespace, name, uid));
        }

        @Override
        public boolean podLives(String namespace, String name, String uid) {
            return alive.contains("pod %s/%s %s".formatted(namespace, name, uid));
        }

        @Override
        public boolean secretLives(String namespace, String name, String uid) {
            return alive.contains("secret %s/%s %s".formatted(namespace, name, uid));
        }
    }

    @Test
    void aTokenSaysWhoItsBearerIs() {
        Identity bearer =
                Objects.requireNonNull(verifier.verify(token(new TokenSpec.Bound("Pod", "p", "u2"), List.of()), NOW));

        assertThat(bearer.user()).isEqualTo("system:serviceaccount:a:robot");
        assertThat(bearer.uid()).isEqualTo("u1");
        assertThat(bearer.groups()).containsExactly("system:serviceaccounts", "system:serviceaccounts:a");
        assertThat(bearer.extra())
                .containsEntry("authentication.kubernetes.io/pod-name", List.of("p"))
                .containsEntry("authentication.kubernetes.io/pod-uid", List.of("u2"))
                .containsEntry("authentication.kubernetes.io/node-name", List.of("n"))
                .containsEntry("authentication.kubernetes.io/credential-id", List.of("JTI=t1"));
    }

    @Test
    void aTokenIsGoodFromItsIssueUntilItsExpiry() {
        TokenIssuer.Token token = issuer.issue(spec(null, List.of(), Duration.ofMinutes(10)), NOW, "t1");

        assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(600));
        assertThat(verifier.verify(token.text(), NOW.plusSeconds(599))).isNotNull();
        assertThat(verifier.verify(token.text(), NOW.plusSeconds(600))).isNull();
        assertThat(verifier.verify(token.text(), NOW.minusSeconds(1))).isNull();
    }

    @Test
    void aTokenDiesWithItsAccountItsPodAndItsSecret() {
        String ofPod = token(new TokenSpec.Bound("Pod", "p", "u2"), List.of());
        String ofSecret = token(new TokenSpec.Bound("Secret", "s", "u3"), List.of());
        assertThat(verifier.verify(ofSecret, NOW)).isNotNull();

        alive.remove("secret a/s u3");
        assertThat(verifier.verify(ofSecret, NOW)).isNull();
        assertThat(verifier.verify(ofPod, NOW)).isNotNull();
        alive.remove("pod a/p u2");
        assertThat(verifier.verify(ofPod, NOW)).isNull();
        String ofAccount = token(null, List.of());
        assertThat(verifier.verify(ofAccount, NOW)).isNotNull();
        alive.remove("account a/robot u1");
        assertThat(verifier.verify(ofAccount, NOW)).isNull();
    }

    @Test
    void aTokenForSomebodyElseIsRefused() {
        assertThat(verifier.verify(token(null, List.of("vault")), NOW)).isNull();
        assertThat(verifier.verify(token(null, List.of("vault", TokenKey.ISSUER)), NOW))
                .isNotNull();
    }

    @Test
    void aForgedTokenIsRefused() throws Exception {
        KeyPair other = pair();
        String foreign = new TokenIssuer(other.getPrivate(), key)
                .issue(spec(null, List.of(), Duration.ofHours(1)), NOW, "t1")
                .text();
        String good = token(null, List.of());
        SignedJWT parsed = SignedJWT.parse(good);
        var weak = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256), new JWTClaimsSet.Builder(parsed.getJWTClaimsSet()).build());
        weak.sign(new MACSigner(key.key().getEncoded()));
        String[] parts = good.split("\\.", -1);

        assertThat(verifier.verify(foreign, NOW)).isNull();
        assertThat(verifier.verify(weak.serialize(), NOW)).isNull();
        assertThat(verifier.verify(parts[0] + "." + parts[1] + ".", NOW)).isNull();
        assertThat(verifier.verify("eyJhbGciOiJub25lIn0." + parts[1] + ".", NOW))
                .isNull();
        assertThat(verifier.verify("", NOW)).isNull();
        assertThat(verifier.verify("x".repeat(20_000), NOW)).isNull();
    }

    @Test
    void othersCanCheckTokensByTheKeySet() {
        assertThat(key.jwks())
                .contains("\"kid\":\"" + key.id() + "\"")
                .contains("\"crv\":\"P-256\"")
                .doesNotContain("\"d\"");
        assertThat(key.configuration())
                .contains("\"jwks_uri\":\"https://kubernetes.default.svc.cluster.local/openid/v1/jwks\"");
    }

    private String token(TokenSpec.@Nullable Bound bound, List<String> audiences) {
        return issuer.issue(spec(bound, audiences, Duration.ofHours(1)), NOW, "t1")
                .text();
    }

    private static TokenSpec spec(TokenSpec.@Nullable Bound bound, List<String> audiences, Duration life) {
        return new TokenSpec("a", "robot", "u1", audiences, life, bound, bound == null ? "" : "n");
    }

    private static KeyPair pair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
