package dev.shiplog.api.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// A certificate together with its key.
public record Issued(X509Certificate certificate, PrivateKey key) {}
