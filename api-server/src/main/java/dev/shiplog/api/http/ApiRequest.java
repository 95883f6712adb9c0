package dev.shiplog.api.http;

import java.time.Duration;
import java.time.Instant;

/// One request, read whole, with its sender known.
///
/// @param id a random UUID made when it arrived; also the answer's `Audit-Id`
/// @param target path and query exactly as sent
/// @param body as sent, at most [#BODY_MAX] bytes; read it through [#json]
/// @param deadline when the client stops caring; handlers give it to everything they wait for. A watch or log stream
///     is exempt once it has begun
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are shared, not copied
public record ApiRequest(
        String id,
        String method,
        String target,
        RequestInfo info,
        Query query,
        Headers headers,
        byte[] body,
        Identity caller,
        String sourceAddress,
        Instant receivedAt,
        Instant deadline) {

    /// The largest body that is read.
    public static final int BODY_MAX = 3 * 1024 * 1024;

    public String userAgent() {
        return headers.firstOr("user-agent", "");
    }

    /// What is left of the allotted time.
    public Duration remaining(Instant now) {
        Duration left = Duration.between(now, deadline);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// The media type of the body. A body without `Content-Type` counts as JSON.
    public BodyType bodyType() {
        return BodyType.of(headers.firstOr("content-type", ""));
    }

    /// The body as JSON text in UTF-8: as sent, or converted from YAML (a key that is there twice stays twice).
    ///
    /// @throws StatusException 400 when the YAML is malformed, 415 when it is neither JSON, YAML nor a JSON patch
    public byte[] json() {
        return bodyType().json(body);
    }

    public ApiRequest withCaller(Identity identity) {
        return new ApiRequest(
                id, method, target, info, query, headers, body, identity, sourceAddress, receivedAt, deadline);
    }
}
