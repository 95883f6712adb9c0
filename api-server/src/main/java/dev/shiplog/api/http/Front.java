package dev.shiplog.api.http;

import java.time.Duration;

/// What the HTTP server drives: everything behind the socket.
public interface Front {

    /// Answers a request whose caller is not known yet. Runs on a virtual thread and may block.
    ApiResponse answer(ApiRequest request, Peer peer) throws InterruptedException;

    /// A request was answered; for a stream, when it ended.
    void answered(RequestInfo info, int code, Duration took);

    /// A stream began (+1) or ended (-1).
    void streams(RequestInfo info, int change);
}
