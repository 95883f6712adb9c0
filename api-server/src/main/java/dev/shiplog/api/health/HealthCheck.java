package dev.shiplog.api.health;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Snapshot;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One question about the server's health.
///
/// @param failure what is wrong, or null; asked often, and must answer within seconds
public record HealthCheck(String name, Supplier<@Nullable String> failure) {

    /// Answers as long as requests are answered at all.
    public static final HealthCheck PING = new HealthCheck("ping", () -> null);

    /// How long a journal may take to say what is newest, and the view to get there, as the API server of Kubernetes
    /// gives etcd (`--etcd-readycheck-timeout`).
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(2);

    /// Whether a store's journal answers, and this server shows all that is in it.
    public static HealthCheck caughtUp(StoreName store, Appender appender) {
        return new HealthCheck(store == StoreName.MAIN ? "journal" : "journal-" + store.text(), () -> {
            try {
                Snapshot _ = appender.latest(CAUGHT_UP_WITHIN);
                return null;
            } catch (TimeoutException _) {
                return "the journal does not answer, or this server lags behind it";
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return "the server ends";
            }
        });
    }
}
