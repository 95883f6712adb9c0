package dev.shiplog.api.tls;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A certificate authority for tests, with whatever life a certificate shall have.
public final class TestAuthority {
    private final Issued ca;
    private final Authority authority;
    private final Instant now;

    public TestAuthority(Instant now) throws GeneralSecurityException {
        var random = new SecureRandom();
        this.now = now;
        this.ca = Authority.create("shiplog-ca", now, random);
        this.authority = new Authority(ca, random);
    }

    public X509Certificate ca() {
        return ca.certificate();
    }

    public Issued server() throws GeneralSecurityException {
        return authority.issue(new CertificateRequest("api", List.of(), List.of("localhost", "127.0.0.1")), now);
    }

    public Issued node(String name) throws GeneralSecurityException {
        var request = new CertificateRequest(
                "system:node:" + name, List.of("system:nodes"), List.of("localhost", "127.0.0.1"));
        return authority.issue(request, now);
    }

    public Issued client(String user, String... groups) throws GeneralSecurityException {
        return client(Duration.ofDays(1), user, groups);
    }

    public Issued client(Duration life, String user, String... groups) throws GeneralSecurityException {
        return authority.issue(new CertificateRequest(user, List.of(groups), List.of()), now, life);
    }
}
