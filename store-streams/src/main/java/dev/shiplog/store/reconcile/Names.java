package dev.shiplog.store.reconcile;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Names of dependents, derived from who owns them and which one they are: asked for twice, made once.
public final class Names {
    /// Kubernetes' alphabet of generated names: no vowels, nothing easily confused.
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 5;
    private static final int PREFIX_MAX = 58;
    private static final int HASH_BYTES = 8;

    private Names() {}

    /// A name with five characters for (owner, ordinal).
    public static String derived(String prefix, String ownerUid, Object ordinal) {
        String head = prefix.length() > PREFIX_MAX ? prefix.substring(0, PREFIX_MAX) : prefix;
        return head + letters(digest(ownerUid, ordinal.toString()), SUFFIX_LENGTH);
    }

    /// Letters for arbitrary content, as in `pod-template-hash`.
    public static String letters(byte[] content, int suffix, int length) {
        return letters(digest(new String(content, StandardCharsets.ISO_8859_1), Integer.toString(suffix)), length);
    }

    static String hash(String... parts) {
        return HexFormat.of().formatHex(digest(parts), 0, HASH_BYTES);
    }

    private static String letters(byte[] digest, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            int value = Byte.toUnsignedInt(digest[2 * i]) << Byte.SIZE | Byte.toUnsignedInt(digest[2 * i + 1]);
            text.append(ALPHABET.charAt(value % ALPHABET.length()));
        }
        return text.toString();
    }

    private static byte[] digest(String... parts) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                sha.update(part.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return sha.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
