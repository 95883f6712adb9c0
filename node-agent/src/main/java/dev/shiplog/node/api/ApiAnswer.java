package dev.shiplog.node.api;

import com.fasterxml.jackson.databind.JsonNode;

/// What the API server answered; code 0 when it did not.
public record ApiAnswer(int code, JsonNode body) {
    public boolean ok() {
        return code >= 200 && code < 300;
    }

    public boolean notFound() {
        return code == 404;
    }

    public boolean conflict() {
        return code == 409;
    }

    /// Whether asking again later may help, with nothing changed.
    public boolean away() {
        return code == 0 || code == 429 || code >= 500;
    }

    /// The message of a `Status`, or what else tells why.
    public String message() {
        String message = body.path("message").asText("");
        return message.isEmpty() ? "HTTP " + code : message;
    }
}
