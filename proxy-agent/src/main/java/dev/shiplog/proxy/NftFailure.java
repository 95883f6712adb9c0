package dev.shiplog.proxy;

/// nftables refused a transaction; nothing of it took effect.
final class NftFailure extends Exception {
    private static final long serialVersionUID = 1L;

    NftFailure(String message) {
        super(message);
    }
}
