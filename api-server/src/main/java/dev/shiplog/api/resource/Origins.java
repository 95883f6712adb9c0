package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.Identity;
import dev.shiplog.journal.Origin;
import java.time.Instant;

/// Who wrote, from where, and with what: as the journal keeps it for ever.
public final class Origins {
    static final String COMPONENT = "api-server";

    private Origins() {}

    static Author of(ApiRequest request) {
        Identity caller = request.caller();
        return new Author(
                caller,
                Origin.builder()
                        .actor(caller.user())
                        .groups(caller.groups())
                        .extra(caller.extra())
                        .userAgent(request.userAgent())
                        .sourceAddress(request.sourceAddress())
                        .requestId(request.id())
                        .verb(request.info().verb())
                        .requestUri(request.target())
                        .component(COMPONENT)
                        .decidedAt(request.receivedAt())
                        .build());
    }

    /// A write of the API server itself.
    public static Author ofServer(String why, Instant now) {
        Identity self = Identity.of("system:apiserver", Identity.MASTERS);
        return new Author(
                self,
                Origin.builder()
                        .actor(self.user())
                        .groups(self.groups())
                        .verb("create")
                        .component(COMPONENT)
                        .reason(why)
                        .decidedAt(now)
                        .build());
    }
}
