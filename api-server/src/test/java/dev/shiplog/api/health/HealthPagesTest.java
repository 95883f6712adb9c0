package dev.shiplog.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.Headers;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.journal.Refused;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Result;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.TransactionDraft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthPagesTest {
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final HealthPages pages = new HealthPages(
            List.of(HealthCheck.PING),
            List.of(
                    HealthCheck.PING,
                    new HealthCheck("views", failure::get),
                    new HealthCheck("poststarthook/objects", () -> null)));

    @Test
    void aHealthyServerSaysOk() {
        assertThat(get("/livez", "")).isEqualTo("200 ok");
        assertThat(get("/readyz/views", "")).isEqualTo("200 ok");
        assertThat(get("/readyz/poststarthook/objects", "")).isEqualTo("200 ok");
        assertThat(get("/readyz", "verbose"))
                .isEqualTo("200 [+]ping ok\n[+]views ok\n[+]poststarthook/objects ok\nreadyz check passed\n");
    }

    @Test
    void aFailingCheckIsNamedUnlessExcluded() {
        failure.set("behind");

        assertThat(get("/readyz", ""))
                .isEqualTo(
                        "500 [+]ping ok\n[-]views failed: behind\n[+]poststarthook/objects ok\nreadyz check failed\n");
        assertThat(get("/livez", "")).isEqualTo("200 ok");
        assertThat(get("/readyz", "exclude=views&verbose"))
                .isEqualTo("200 [+]ping ok\n[+]views excluded: ok\n[+]poststarthook/objects ok\nreadyz check passed\n");
        assertThat(get("/readyz/views", "")).startsWith("500 ");
        assertThat(get("/readyz", "exclude=x")).contains("no matches for \"x\"");
        assertThat(get("/readyz/none", "")).isEqualTo("404 404 page not found\n");
    }

    /// As Kubernetes' `etcd-readiness` check does of etcd.
    @Test
    void aServerIsNotReadyWhileAJournalDoesNotAnswer() {
        HealthCheck check = HealthCheck.caughtUp(StoreName.EPHEMERAL, new Unanswering());

        assertThat(check.name()).isEqualTo("journal-ephemeral");
        assertThat(check.failure().get()).startsWith("the journal does not answer");
    }

    /// An appender of a journal that is away.
    private static final class Unanswering implements Appender {
        @Override
        public StoreName store() {
            return StoreName.EPHEMERAL;
        }

        @Override
        public Result append(TransactionDraft draft) {
            return new Result.Unavailable("away");
        }

        @Override
        public Result append(Refused refused) {
            return new Result.Unavailable("away");
        }

        @Override
        public Snapshot latest(Duration timeout) throws TimeoutException {
            throw new TimeoutException("away for " + timeout);
        }

        @Override
        public void close() {}
    }

    private String get(String path, String query) {
        Query parsed = Query.parse(query);
        var response = (ApiResponse.Full) pages.handle(new ApiRequest(
                "id",
                "GET",
                path,
                RequestInfo.of("GET", path, parsed),
                parsed,
                Headers.NONE,
                new byte[0],
                Identity.NOBODY,
                "",
                Instant.EPOCH,
                Instant.EPOCH));
        var bytes = new ByteArrayOutputStream();
        try {
            response.body().writeTo(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return response.code() + " " + bytes.toString(StandardCharsets.UTF_8);
    }
}
