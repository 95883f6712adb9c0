package dev.shiplog.api.resource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Where a list goes on: the revision of its first page, and the last key that was given out.
///
/// The token is all there is, so any instance can serve any page. `scope` is what the pages have in common (path and
/// selectors); a token shown with another one is refused.
///
/// @param revision of the first page, or [#NEWEST] once that revision is gone and the client accepts an inconsistent
///     list
/// @param sinceMillis when the first page was made
/// @param remaining how many objects came after this place when the first page was made, -1 when nobody counted
record ContinueToken(long revision, long sinceMillis, String namespace, String name, long remaining, String scope) {
    static final long NEWEST = -1;

    /// Clients of Kubernetes rely on it that a list does not go on for ever in a state that is long past: its tokens
    /// expire some minutes after the first page, as etcd is compacted.
    static final Duration LASTS = Duration.ofMinutes(5);

    private static final String FORM = "v2";
    private static final int PARTS = 7;

    String text() {
        String plain = String.join(
                "\n",
                FORM,
                Long.toString(revision),
                Long.toString(sinceMillis),
                namespace,
                name,
                Long.toString(remaining),
                scope);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /// The same place in whatever state is newest.
    ContinueToken inconsistent() {
        return new ContinueToken(NEWEST, sinceMillis, namespace, name, -1, scope);
    }

    boolean expired(Instant now) {
        return revision != NEWEST && now.toEpochMilli() - sinceMillis > LASTS.toMillis();
    }

    /// Null when the text is no token of ours.
    static @Nullable ContinueToken parse(String text) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
            if (parts.length != PARTS || !parts[0].equals(FORM)) {
                return null;
            }
            return new ContinueToken(
                    Long.parseLong(parts[1]),
                    Long.parseLong(parts[2]),
                    parts[3],
                    parts[4],
                    Long.parseLong(parts[5]),
                    parts[6]);
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }
}
