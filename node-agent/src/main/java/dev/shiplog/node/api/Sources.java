package dev.shiplog.node.api;

import dev.shiplog.node.pod.ServiceLink;
import dev.shiplog.schemas.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where pods get configuration from that is not in their specification.
public interface Sources {
    /// The entries of a ConfigMap; nothing when there is none.
    Optional<Map<String, Bytes>> configMap(String namespace, String name) throws AwayException;

    /// The entries of a Secret; nothing when there is none.
    Optional<Map<String, Bytes>> secret(String namespace, String name) throws AwayException;

    /// The Services of a namespace that have an address; none when they are not known.
    List<ServiceLink> services(String namespace);

    /// A token of a service account that is good for one pod.
    Token token(TokenWish wish) throws AwayException;

    /// Forgets what is older than the last refresh, so that the next look is fresh.
    void refresh();

    /// What token is wanted.
    record TokenWish(
            String namespace, String account, String podName, String podUid, String audience, long expirationSeconds) {}

    /// A token and when (epoch second) it should be replaced.
    record Token(String text, long renewAtSecond) {}

    /// The answer is not known now.
    final class AwayException extends Exception {
        private static final long serialVersionUID = 1L;

        public AwayException(String message) {
            super(message);
        }
    }
}
