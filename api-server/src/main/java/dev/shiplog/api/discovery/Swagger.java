package dev.shiplog.api.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// Tells in the older form, OpenAPI v2, what the OpenAPI v3 documents say: all of them as one document.
final class Swagger {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REF = "$ref";

    private Swagger() {}

    static ObjectNode of(List<byte[]> documents) {
        ObjectNode swagger = JSON.createObjectNode();
        swagger.put("swagger", "2.0");
        ObjectNode paths = JSON.createObjectNode();
        ObjectNode definitions = JSON.createObjectNode();
        try {
            for (byte[] bytes : documents) {
                JsonNode document = JSON.readTree(bytes);
                swagger.set("info", document.get("info"));
                document.path("paths").properties().forEach(path -> paths.set(path.getKey(), path(path.getValue())));
                document.at("/components/schemas")
                        .properties()
                        .forEach(schema -> definitions.set(schema.getKey(), schema(schema.getValue())));
            }
            swagger.set("paths", paths);
            swagger.set("definitions", definitions);
            return swagger;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode path(JsonNode v3) {
        ObjectNode path = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> member : v3.properties()) {
            path.set(
                    member.getKey(),
                    member.getKey().equals("parameters")
                            ? parameters(member.getValue())
                            : operation(member.getValue()));
        }
        return path;
    }

    private static ObjectNode operation(JsonNode v3) {
        ObjectNode operation = JSON.createObjectNode();
        ArrayNode parameters = parameters(v3.path("parameters"));
        for (Map.Entry<String, JsonNode> member : v3.properties()) {
            switch (member.getKey()) {
                case "parameters" -> {}
                case "requestBody" -> body(member.getValue(), operation, parameters);
                case "responses" -> responses(member.getValue(), operation);
                default -> operation.set(member.getKey(), member.getValue());
            }
        }
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        return operation;
    }

    private static ArrayNode parameters(JsonNode v3) {
        ArrayNode parameters = JSON.createArrayNode();
        for (JsonNode each : v3) {
            ObjectNode parameter = parameters.addObject();
            for (Map.Entry<String, JsonNode> member : each.properties()) {
                if (member.getKey().equals("schema")) {
                    parameter.setAll((ObjectNode) schema(member.getValue()));
                } else {
                    parameter.set(member.getKey(), member.getValue());
                }
            }
        }
        return parameters;
    }

    private static void body(JsonNode v3, ObjectNode operation, ArrayNode parameters) {
        ObjectNode body = parameters.addObject().put("name", "body").put("in", "body");
        body.put("required", v3.path("required").asBoolean());
        ArrayNode consumes = operation.putArray("consumes");
        for (Map.Entry<String, JsonNode> content : v3.path("content").properties()) {
            consumes.add(content.getKey());
            body.set("schema", schema(content.getValue().path("schema")));
        }
    }

    private static void responses(JsonNode v3, ObjectNode operation) {
        ObjectNode responses = operation.putObject("responses");
        ArrayNode produces = JSON.createArrayNode();
        for (Map.Entry<String, JsonNode> response : v3.properties()) {
            ObjectNode answer = responses.putObject(response.getKey());
            answer.set("description", response.getValue().path("description"));
            for (Map.Entry<String, JsonNode> content :
                    response.getValue().path("content").properties()) {
                if (produces.valueStream().noneMatch(type -> type.asText().equals(content.getKey()))) {
                    produces.add(content.getKey());
                }
                answer.set("schema", schema(content.getValue().path("schema")));
            }
        }
        operation.set("produces", produces);
    }

    /// References point elsewhere, one that is wrapped to carry a default stands bare, and a choice of types, which
    /// v2 cannot tell, is a string.
    private static JsonNode schema(JsonNode v3) {
        if (v3.isArray()) {
            ArrayNode items = JSON.createArrayNode();
            v3.forEach(item -> items.add(schema(item)));
            return items;
        }
        if (!v3.isObject()) {
            return v3;
        }
        ObjectNode schema = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> member : v3.properties()) {
            JsonNode value = member.getValue();
            switch (member.getKey()) {
                case REF -> schema.put(REF, value.asText().replace("#/components/schemas/", "#/definitions/"));
                case "oneOf" -> schema.put("type", "string");
                case "allOf" -> schema.setAll((ObjectNode) schema(value.path(0)));
                default -> schema.set(member.getKey(), schema(value));
            }
        }
        return schema;
    }
}
