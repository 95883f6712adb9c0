package dev.shiplog.standalone.e2e;

import com.fasterxml.jackson.databind.JsonNode;

/// What must not change of a container that nobody touched.
final class Containers {

    private Containers() {}

    /// Its id, when it started, and how often it was started again.
    static String identity(JsonNode status) {
        return "%s %s %d"
                .formatted(
                        status.path("containerID").asText(),
                        status.path("state").path("running").path("startedAt").asText(),
                        status.path("restartCount").asInt());
    }
}
