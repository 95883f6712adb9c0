package dev.shiplog.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The 8-byte names of schemas, kept as a long; 0 is no schema.
public final class Fingerprints {
    private Fingerprints() {}

    /// The first 8 bytes of SHA-256 of a stripped schema's text, big-endian.
    public static long of(String strippedText) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(strippedText.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /// 16 hexadecimal digits, as in `~/schema/-/0123456789abcdef`.
    public static String hex(long fingerprint) {
        return HexFormat.of().toHexDigits(fingerprint);
    }

    public static long parse(String hex) {
        if (hex.length() != 16) {
            throw new IllegalArgumentException("not 16 hexadecimal digits: " + hex);
        }
        return HexFormat.fromHexDigitsToLong(hex);
    }
}
