package dev.shiplog.api.auth;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a ServiceAccount token shall say.
///
/// @param audiences empty = the API server
/// @param bound the object that the token dies with, besides its account
/// @param nodeName the node of the pod it is bound to, or empty
public record TokenSpec(
        String namespace,
        String account,
        String accountUid,
        List<String> audiences,
        Duration life,
        @Nullable Bound bound,
        String nodeName) {

    /// The shortest life that Kubernetes lets a client ask for.
    public static final Duration LIFE_MIN = Duration.ofMinutes(10);
    /// Longer wishes are cut to this.
    public static final Duration LIFE_MAX = Duration.ofDays(365);
    /// What a request that says nothing gets.
    public static final Duration LIFE_DEFAULT = Duration.ofHours(1);

    /// An object that a token dies with.
    ///
    /// @param kind `Pod` or `Secret`
    public record Bound(String kind, String name, String uid) {}

    public TokenSpec {
        audiences = List.copyOf(audiences);
    }
}
