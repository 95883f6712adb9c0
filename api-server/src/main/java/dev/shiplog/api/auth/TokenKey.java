package dev.shiplog.api.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;

/// The public half of the key that signs ServiceAccount tokens, and how others find it.
public final class TokenKey {
    /// Who tokens say they come from; also their default audience.
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private final ECPublicKey key;
    private final ECKey published;

    public TokenKey(PublicKey key) {
        this.key = (ECPublicKey) key;
        try {
            this.published = new ECKey.Builder(Curve.P_256, this.key)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyIDFromThumbprint()
                    .build();
        } catch (JOSEException e) {
            throw new IllegalArgumentException("no usable token key: " + e.getMessage(), e);
        }
    }

    public String id() {
        return published.getKeyID();
    }

    ECPublicKey key() {
        return key;
    }

    /// The body of `/openid/v1/jwks`.
    public String jwks() {
        return new JWKSet(published).toString();
    }

    /// The body of `/.well-known/openid-configuration`.
    public String configuration() {
        return """
                {"issuer":"%s","jwks_uri":"%s/openid/v1/jwks","response_types_supported":["id_token"],\
                "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["ES256"]}\
                """.formatted(ISSUER, ISSUER);
    }
}
