package dev.shiplog.api.resource;

import java.util.random.RandomGenerator;

/// Completes `generateName`: the prefix, cut to what leaves room, and five characters without vowels or look-alikes.
final class NameSuffix {
    static final int NAME_MAX = 63;
    static final int LENGTH = 5;
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private NameSuffix() {}

    static String complete(String prefix, RandomGenerator random) {
        int room = NAME_MAX - LENGTH;
        var name = new StringBuilder(prefix.length() > room ? prefix.substring(0, room) : prefix);
        for (int i = 0; i < LENGTH; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }
}
