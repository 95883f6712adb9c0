package dev.shiplog.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Signs ServiceAccount tokens (JWT, ES256) with the claims that Kubernetes gives them.
public final class TokenIssuer {
    private final ECPrivateKey key;
    private final TokenKey id;

    public TokenIssuer(PrivateKey key, TokenKey id) {
        this.key = (ECPrivateKey) key;
        this.id = id;
    }

    /// A signed token and the moment from which it is worthless.
    public record Token(String text, Instant expiresAt) {}

    /// Signs a token.
    ///
    /// @param tokenId random, unique; names the token in traces
    public Token issue(TokenSpec spec, Instant now, String tokenId) {
        Duration life = spec.life().compareTo(TokenSpec.LIFE_MAX) > 0 ? TokenSpec.LIFE_MAX : spec.life();
        Instant issuedAt = Instant.ofEpochSecond(now.getEpochSecond());
        Instant expiresAt = issuedAt.plus(life);
        var claims = new JWTClaimsSet.Builder()
                .audience(spec.audiences().isEmpty() ? List.of(TokenKey.ISSUER) : spec.audiences())
                .issuer(TokenKey.ISSUER)
                .issueTime(Date.from(issuedAt))
                .notBeforeTime(Date.from(issuedAt))
                .expirationTime(Date.from(expiresAt))
                .jwtID(tokenId)
                .subject("system:serviceaccount:%s:%s".formatted(spec.namespace(), spec.account()))
                .claim("kubernetes.io", objects(spec))
                .build();
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(id.id())
                .type(JOSEObjectType.JWT)
                .build();
        try {
            var token = new SignedJWT(header, claims);
            token.sign(new ECDSASigner(key));
            return new Token(token.serialize(), expiresAt);
        } catch (JOSEException e) {
            throw new IllegalStateException("the token key does not sign", e);
        }
    }

    private static Map<String, Object> objects(TokenSpec spec) {
        var objects = new LinkedHashMap<String, Object>();
        objects.put("namespace", spec.namespace());
        if (!spec.nodeName().isEmpty()) {
            objects.put("node", Map.of("name", spec.nodeName()));
        }
        TokenSpec.Bound bound = spec.bound();
        if (bound != null) {
            String kind = bound.kind().equals("Pod") ? "pod" : "secret";
            objects.put(kind, Map.of("name", bound.name(), "uid", bound.uid()));
        }
        objects.put("serviceaccount", Map.of("name", spec.account(), "uid", spec.accountUid()));
        return objects;
    }
}
