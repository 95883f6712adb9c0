package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Media;
import dev.shiplog.schemas.JsonOut;

/// The one Status that carries list metadata: 410 for a page whose revision is gone, with a token that goes on in the
/// newest state.
final class ExpiredList {
    private ExpiredList() {}

    static ApiResponse response(String message, String token, Media media) {
        ApiStatus status = ApiStatus.expired(message);
        var json = new JsonOut();
        json.raw("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{");
        if (!token.isEmpty()) {
            json.raw("\"continue\":");
            json.string(token);
        }
        json.raw("},\"status\":\"Failure\",\"message\":");
        json.string(status.message());
        json.raw(",\"reason\":");
        json.string(status.reason());
        json.raw(",\"code\":" + status.code() + "}");
        return ApiResponse.json(status.code(), media, json.toByteArray());
    }
}
