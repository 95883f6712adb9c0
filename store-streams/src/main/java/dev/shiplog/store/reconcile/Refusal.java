package dev.shiplog.store.reconcile;

import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Request;

/// That admission said no to a request, and why: what a `Status` says.
public record Refusal(Request request, int code, String reason, String message) {

    /// Whether the request would have done this to an object of this kind.
    public boolean of(ItemOperation operation, Resource<?> resource) {
        return request.items().stream().anyMatch(item -> item.operation() == operation && resource.has(item.target()));
    }
}
