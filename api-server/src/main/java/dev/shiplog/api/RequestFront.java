package dev.shiplog.api;

import dev.shiplog.api.auth.Access;
import dev.shiplog.api.auth.Authenticator;
import dev.shiplog.api.auth.Authorizer;
import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Front;
import dev.shiplog.api.http.Peer;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.api.metrics.ApiMetrics;
import dev.shiplog.schemas.Catalog;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/// The way of every request: who is it, may it, who answers it.
final class RequestFront implements Front {
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final Catalog catalog;
    private final ApiHandler pages;
    private final ApiHandler logs;
    private final ApiHandler resources;
    private final ApiMetrics metrics;
    private final Set<String> served;

    /// The handlers behind the door.
    record Handlers(ApiHandler pages, ApiHandler logs, ApiHandler resources) {}

    RequestFront(
            Authenticator authenticator,
            Authorizer authorizer,
            Catalog catalog,
            Handlers handlers,
            ApiMetrics metrics) {
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.catalog = catalog;
        this.pages = handlers.pages();
        this.logs = handlers.logs();
        this.resources = handlers.resources();
        this.metrics = metrics;
        this.served = catalog.kinds().stream()
                .filter(kind -> !kind.verbs().isEmpty())
                .map(kind -> kind.group() + "/" + kind.version())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public ApiResponse answer(ApiRequest anonymous, Peer peer) throws InterruptedException {
        ApiRequest request = anonymous.withCaller(authenticator.authenticate(anonymous, peer));
        authorizer.check(request.caller(), Access.of(request));
        RequestInfo info = request.info();
        if (!info.isResourceRequest()) {
            return pages.handle(request);
        }
        if (catalog.byResource(info.group(), info.version(), info.resource()) == null) {
            return unknown(info);
        }
        boolean log = info.group().isEmpty()
                && info.resource().equals("pods")
                && info.subresource().equals("log");
        return (log ? logs : resources).handle(request);
    }

    /// Below a version of a group that is served, what is missing is a resource; elsewhere it is a page.
    private ApiResponse unknown(RequestInfo info) {
        if (served.contains(info.group() + "/" + info.version())) {
            throw new StatusException(ApiStatus.resourceNotFound(info.group(), info.resource(), info.name()));
        }
        return Pages.notFound();
    }

    @Override
    public void answered(RequestInfo info, int code, Duration took) {
        metrics.answered(info, code, took);
    }

    @Override
    public void streams(RequestInfo info, int change) {
        metrics.streams(info, change);
    }
}
