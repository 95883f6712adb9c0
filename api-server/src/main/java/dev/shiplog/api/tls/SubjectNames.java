package dev.shiplog.api.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The DNS names and addresses of a certificate.
final class SubjectNames {
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private SubjectNames() {}

    /// IPv6 addresses come as the JDK writes them: in full, without leading zeros.
    static Set<String> of(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return Set.of();
        }
        return names.stream()
                .filter(name -> name.getFirst().equals(DNS) || name.getFirst().equals(ADDRESS))
                .map(name -> String.valueOf(name.get(1)))
                .collect(Collectors.toSet());
    }
}
