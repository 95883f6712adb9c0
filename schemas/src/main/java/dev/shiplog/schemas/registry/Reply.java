package dev.shiplog.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/// An answer of the registry: HTTP status and JSON body.
record Reply(int status, JsonNode body) {

    static Reply ok(JsonNode body) {
        return new Reply(200, body);
    }

    /// An error as Confluent's clients read it; the HTTP status is the first three digits of the code.
    static Reply error(int code, String message) {
        int status = code >= 10_000 ? code / 100 : code;
        return new Reply(
                status,
                JsonNodeFactory.instance.objectNode().put("error_code", code).put("message", message));
    }

    static Reply noSubject(String subject) {
        return error(40401, "Subject '" + subject + "' not found.");
    }

    static Reply noVersion(String version) {
        return error(40402, "Version " + version + " not found.");
    }

    static Reply noSchema(String what) {
        return error(40403, "Schema " + what + " not found");
    }
}
