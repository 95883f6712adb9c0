package dev.shiplog.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.shiplog.api.http.Identity;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Judges ServiceAccount tokens: ours, meant for us, in time, and everything they speak of alive.
public final class TokenVerifier {
    /// Longer texts are not looked at.
    static final int LENGTH_MAX = 16 * 1024;

    private static final String EXTRA = "authentication.kubernetes.io/";

    private final TokenKey key;
    private final Accounts accounts;

    public TokenVerifier(TokenKey key, Accounts accounts) {
        this.key = key;
        this.accounts = accounts;
    }

    /// Who the bearer is, or null when the token is not good (any more).
    public @Nullable Identity verify(String text, Instant now) {
        if (text.length() > LENGTH_MAX) {
            return null;
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            boolean ours = token.getHeader().getAlgorithm().equals(JWSAlgorithm.ES256)
                    && token.verify(new ECDSAVerifier(key.key()));
            return ours ? judge(token.getJWTClaimsSet(), now) : null;
        } catch (ParseException | JOSEException | IllegalArgumentException _) {
            return null;
        }
    }

    private @Nullable Identity judge(JWTClaimsSet claims, Instant now) throws ParseException {
        boolean meant = TokenKey.ISSUER.equals(claims.getIssuer())
                && claims.getAudience().contains(TokenKey.ISSUER);
        Date until = claims.getExpirationTime();
        Date from = claims.getNotBeforeTime();
        boolean inTime =
                until != null && now.isBefore(until.toInstant()) && (from == null || !now.isBefore(from.toInstant()));
        Map<String, Object> objects = claims.getJSONObjectClaim("kubernetes.io");
        if (!meant || !inTime || objects == null) {
            return null;
        }
        String namespace = text(objects, "namespace");
        Map<?, ?> account = object(objects, "serviceaccount");
        String name = text(account, "name");
        String uid = text(account, "uid");
        boolean whole = ("system:serviceaccount:" + namespace + ":" + name).equals(claims.getSubject());
        if (!whole || !accounts.accountLives(namespace, name, uid) || !boundLives(namespace, objects)) {
            return null;
        }
        return new Identity(
                claims.getSubject(),
                uid,
                List.of(Identity.SERVICE_ACCOUNTS, Identity.SERVICE_ACCOUNTS + ":" + namespace),
                extra(claims, objects));
    }

    private boolean boundLives(String namespace, Map<?, ?> objects) {
        Map<?, ?> pod = object(objects, "pod");
        Map<?, ?> secret = object(objects, "secret");
        return (pod.isEmpty() || accounts.podLives(namespace, text(pod, "name"), text(pod, "uid")))
                && (secret.isEmpty() || accounts.secretLives(namespace, text(secret, "name"), text(secret, "uid")));
    }

    private static Map<String, List<String>> extra(JWTClaimsSet claims, Map<?, ?> objects) {
        var extra = new LinkedHashMap<String, List<String>>();
        if (claims.getJWTID() != null) {
            extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.getJWTID()));
        }
        Map<?, ?> pod = object(objects, "pod");
        if (!pod.isEmpty()) {
            extra.put(EXTRA + "pod-name", List.of(text(pod, "name")));
            extra.put(EXTRA + "pod-uid", List.of(text(pod, "uid")));
        }
        Map<?, ?> node = object(objects, "node");
        if (!node.isEmpty()) {
            extra.put(EXTRA + "node-name", List.of(text(node, "name")));
        }
        return extra;
    }

    private static Map<?, ?> object(Map<?, ?> from, String name) {
        return from.get(name) instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(Map<?, ?> from, String name) {
        return from.get(name) instanceof String text ? text : "";
    }
}
