package dev.shiplog.api.http;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The other end of a connection: its address and the certificates it showed. The handshake proved that the peer holds
/// the leaf's key, and nothing else: who signed it is for authentication to judge.
public final class Peer {
    private final String address;
    private final Supplier<List<X509Certificate>> chain;
    private volatile @Nullable Verified verified;

    /// The judgement about the peer's certificate, kept so that it is made once for a connection.
    public record Verified(Identity identity, Instant notAfter) {}

    public Peer(String address, Supplier<List<X509Certificate>> chain) {
        this.address = address;
        this.chain = chain;
    }

    public String address() {
        return address;
    }

    /// The certificates shown, leaf first; empty when none was.
    public List<X509Certificate> chain() {
        return chain.get();
    }

    public @Nullable Verified verified() {
        return verified;
    }

    public void remember(Verified judgement) {
        verified = judgement;
    }
}
