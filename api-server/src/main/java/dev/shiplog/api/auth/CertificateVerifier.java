package dev.shiplog.api.auth;

import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.Peer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/// Judges client certificates: signed by the cluster's authority, meant for clients, in time. The common name is the
/// user, the organizations are the groups.
final class CertificateVerifier {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final X509Certificate ca;

    CertificateVerifier(X509Certificate ca) {
        this.ca = ca;
    }

    /// Null when the certificate does not count.
    Peer.@Nullable Verified verify(X509Certificate certificate, Instant now) {
        try {
            certificate.checkValidity(Date.from(now));
            if (!certificate.getIssuerX500Principal().equals(ca.getSubjectX500Principal())) {
                return null;
            }
            certificate.verify(ca.getPublicKey());
            List<String> purposes = certificate.getExtendedKeyUsage();
            if (purposes == null || !purposes.contains(CLIENT_AUTH)) {
                return null;
            }
            Identity identity = identity(certificate);
            return identity.user().isEmpty()
                    ? null
                    : new Peer.Verified(identity, certificate.getNotAfter().toInstant());
        } catch (GeneralSecurityException | InvalidNameException _) {
            return null;
        }
    }

    private static Identity identity(X509Certificate certificate) throws InvalidNameException {
        String user = "";
        var groups = new ArrayList<String>();
        List<Rdn> parts = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
        for (Rdn part : parts) {
            if (part.getValue() instanceof String value) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    user = value;
                } else if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(value);
                }
            }
        }
        return new Identity(user, "", groups, Map.of());
    }
}
