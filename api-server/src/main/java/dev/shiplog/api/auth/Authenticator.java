package dev.shiplog.api.auth;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.Peer;
import dev.shiplog.api.http.StatusException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds out who sent a request: by client certificate, else by bearer token. There are no anonymous requests.
public final class Authenticator {
    private static final String BEARER = "Bearer ";

    private final CertificateVerifier certificates;
    private final TokenVerifier tokens;
    private final InstantSource clock;

    public Authenticator(X509Certificate ca, TokenVerifier tokens, InstantSource clock) {
        this.certificates = new CertificateVerifier(ca);
        this.tokens = tokens;
        this.clock = clock;
    }

    /// Who sent the request.
    ///
    /// @throws StatusException 401
    public Identity authenticate(ApiRequest request, Peer peer) {
        Instant now = clock.instant();
        Identity found = byCertificate(peer, now);
        if (found == null) {
            found = byToken(request, now);
        }
        if (found == null) {
            throw new StatusException(ApiStatus.unauthorized());
        }
        var groups = new ArrayList<>(found.groups());
        if (!groups.contains(Identity.AUTHENTICATED)) {
            groups.add(Identity.AUTHENTICATED);
        }
        return new Identity(found.user(), found.uid(), groups, found.extra());
    }

    /// The signature is checked once for a connection, the time always.
    private @Nullable Identity byCertificate(Peer peer, Instant now) {
        Peer.Verified held = peer.verified();
        if (held == null) {
            List<X509Certificate> chain = peer.chain();
            held = chain.isEmpty() ? null : certificates.verify(chain.getFirst(), now);
            if (held == null) {
                return null;
            }
            peer.remember(held);
        }
        return now.isAfter(held.notAfter()) ? null : held.identity();
    }

    private @Nullable Identity byToken(ApiRequest request, Instant now) {
        String header = request.headers().firstOr("authorization", "");
        return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? tokens.verify(header.substring(BEARER.length()).strip(), now)
                : null;
    }
}
