package dev.shiplog.store.materialise;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.materialise.Output.Header;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// The headers of an output, built in order. Their names are those that clients rely on.
final class Headers {
    static final String STORE = "shiplog.store";
    static final String REVISION = "shiplog.revision";
    static final String PREVIOUS_REVISION = "shiplog.previous-revision";
    static final String TRANSACTION = "shiplog.transaction";
    static final String ACTOR = "shiplog.actor";
    static final String VERB = "shiplog.verb";
    static final String TIME = "shiplog.time";
    static final String REQUEST = "shiplog.request";
    static final String OUTCOME = "shiplog.outcome";
    static final String FROM_REVISION = "shiplog.from-revision";
    static final String CONFLICT_KEY = "shiplog.conflict-key";
    static final String CONFLICT_REVISION = "shiplog.conflict-revision";
    static final String CODE = "shiplog.code";
    static final String REASON = "shiplog.reason";
    static final String MESSAGE = "shiplog.message";
    static final String COMPONENT = "shiplog.component";

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final List<Header> all = new ArrayList<>();

    Headers(StoreName store) {
        put(STORE, store.text());
    }

    Headers put(String name, String value) {
        all.add(new Header(name, value));
        return this;
    }

    Headers put(String name, long value) {
        return put(name, Long.toString(value));
    }

    /// RFC 3339 with microseconds.
    Headers time(Instant time) {
        return put(TIME, MICROS.format(time));
    }

    List<Header> build() {
        return all;
    }
}
