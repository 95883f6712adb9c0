package dev.shiplog.api.http;

/// Answers requests. Runs on a virtual thread of its own and may block; it is interrupted at the request's deadline.
@FunctionalInterface
public interface ApiHandler {

    /// Answers one request.
    ///
    /// @throws StatusException to answer with a `Status`; any other exception answers 500 and is logged
    ApiResponse handle(ApiRequest request) throws InterruptedException;
}
