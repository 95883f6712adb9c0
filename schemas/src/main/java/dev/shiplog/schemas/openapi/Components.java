package dev.shiplog.schemas.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.schemas.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// The schemas that one document refers to, collected while references to them are made.
final class Components {
    static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    static final String PATCH = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
    private static final String REFERENCE = "#/components/schemas/";

    /// The packages under which Kubernetes' clients know the groups.
    private static final Map<String, String> PACKAGES = Map.of(
            "dev.shiplog.core.v1", "io.k8s.api.core.v1",
            "dev.shiplog.apps.v1", "io.k8s.api.apps.v1",
            "dev.shiplog.authentication_k8s_io.v1", "io.k8s.api.authentication.v1",
            "dev.shiplog.autoscaling.v1", "io.k8s.api.autoscaling.v1",
            "dev.shiplog.coordination_k8s_io.v1", "io.k8s.api.coordination.v1",
            "dev.shiplog.discovery_k8s_io.v1", "io.k8s.api.discovery.v1",
            "dev.shiplog.policy.v1", "io.k8s.api.policy.v1",
            "dev.shiplog.meta.v1", "io.k8s.apimachinery.pkg.apis.meta.v1");

    private final ObjectMapper json;
    private final Map<String, ObjectNode> schemas = new TreeMap<>();

    Components(ObjectMapper json) {
        this.json = json;
    }

    ObjectNode schemas() {
        ObjectNode tree = json.createObjectNode();
        tree.setAll(schemas);
        return tree;
    }

    static String name(Schema schema) {
        return PACKAGES.getOrDefault(schema.getNamespace(), schema.getNamespace()) + "." + schema.getName();
    }

    /// A reference to the schema of a kind or of a part of one.
    ObjectNode reference(Schema schema) {
        String name = name(schema);
        if (!schemas.containsKey(name)) {
            ObjectNode component = json.createObjectNode();
            schemas.put(name, component); // before its fields, which may lead back to it
            fill(component, schema);
        }
        return reference(name);
    }

    /// A reference to the list of a kind.
    ObjectNode list(Kind kind, Schema listMeta) {
        String name = name(kind.schema()) + "List";
        if (!schemas.containsKey(name)) {
            ObjectNode component = json.createObjectNode();
            schemas.put(name, component);
            component.put("type", "object");
            component.putArray("required").add("items");
            ObjectNode properties = component.putObject("properties");
            typed(properties);
            properties.putObject("items").put("type", "array").set("items", reference(kind.schema()));
            properties.set("metadata", all(reference(listMeta)));
            component.set(
                    "x-kubernetes-group-version-kind",
                    json.createArrayNode().add(groupVersionKind(kind.group(), kind.version(), kind.kind() + "List")));
        }
        return reference(name);
    }

    /// A reference to what the body of any patch is.
    ObjectNode patch() {
        schemas.computeIfAbsent(PATCH, _ -> json.createObjectNode().put("type", "object"));
        return reference(PATCH);
    }

    private ObjectNode reference(String name) {
        return json.createObjectNode().put("$ref", REFERENCE + name);
    }

    private void fill(ObjectNode component, Schema schema) {
        component.put("type", "object");
        if (schema.getDoc() != null) {
            component.put("description", schema.getDoc());
        }
        ObjectNode properties = json.createObjectNode();
        ArrayNode required = json.createArrayNode();
        @Nullable String apiVersion = schema.getProp("apiVersion");
        if (apiVersion != null) {
            typed(properties);
        }
        for (Schema.Field field : schema.getFields()) {
            @Nullable String jsonName = field.getProp("jsonName");
            String name = jsonName == null ? field.name() : jsonName;
            properties.set(name, property(field));
            if (Boolean.TRUE.equals(field.getObjectProp("required"))) {
                required.add(name);
            }
        }
        if (!required.isEmpty()) {
            component.set("required", required);
        }
        if (!properties.isEmpty()) {
            component.set("properties", properties);
        }
        if (apiVersion != null) {
            int slash = apiVersion.indexOf('/');
            component.set(
                    "x-kubernetes-group-version-kind",
                    json.createArrayNode()
                            .add(groupVersionKind(
                                    slash < 0 ? "" : apiVersion.substring(0, slash),
                                    apiVersion.substring(slash + 1),
                                    schema.getName())));
        }
        copy(schema, "mapType", component, "x-kubernetes-map-type");
    }

    private static void typed(ObjectNode properties) {
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
    }

    ObjectNode groupVersionKind(String group, String version, String kind) {
        return json.createObjectNode().put("group", group).put("kind", kind).put("version", version);
    }

    private ObjectNode property(Schema.Field field) {
        ObjectNode property = type(field.schema(), field.getProp("format"));
        if (property.has("$ref")) {
            property = all(property);
        }
        if (field.doc() != null) {
            property.put("description", field.doc());
        }
        fact(field, "defaultValue", property, "default");
        ObjectNode scalars = scalars(property);
        fact(field, "enum", scalars, "enum");
        fact(field, "minimum", scalars, "minimum");
        fact(field, "maximum", scalars, "maximum");
        fact(field, "pattern", scalars, "pattern");
        copy(field, "listType", property, "x-kubernetes-list-type");
        fact(field, "listMapKeys", property, "x-kubernetes-list-map-keys");
        copy(field, "mapType", property, "x-kubernetes-map-type");
        copy(field, "mergeKey", property, "x-kubernetes-patch-merge-key");
        copy(field, "patchStrategy", property, "x-kubernetes-patch-strategy");
        return property;
    }

    /// Where enums and bounds go: to the elements of a list or map, else to the property itself.
    private static ObjectNode scalars(ObjectNode property) {
        if (property.get("items") instanceof ObjectNode items) {
            return items;
        }
        return property.get("additionalProperties") instanceof ObjectNode values ? values : property;
    }

    /// A reference with room for more facts beside it.
    private ObjectNode all(ObjectNode reference) {
        ObjectNode wrapped = json.createObjectNode();
        wrapped.putArray("allOf").add(reference);
        return wrapped;
    }

    private void fact(JsonProperties from, String property, ObjectNode to, String name) {
        @Nullable Object value = from.getObjectProp(property);
        if (value != null && !JsonProperties.NULL_VALUE.equals(value)) {
            to.set(name, json.<JsonNode>valueToTree(value));
        }
    }

    private static void copy(JsonProperties from, String property, ObjectNode to, String name) {
        @Nullable String value = from.getProp(property);
        if (value != null) {
            to.put(name, value);
        }
    }

    private ObjectNode type(Schema schema, @Nullable String format) {
        ObjectNode type = json.createObjectNode();
        return switch (schema.getType()) {
            case RECORD -> reference(schema);
            case UNION -> union(schema, format);
            case ARRAY -> {
                type.put("type", "array").set("items", type(schema.getElementType(), format));
                yield type;
            }
            case MAP -> {
                type.put("type", "object").set("additionalProperties", type(schema.getValueType(), format));
                yield type;
            }
            case INT -> type.put("type", "integer").put("format", "int32");
            case LONG -> {
                boolean time = schema.getLogicalType() != null || schema.getProp("logicalType") != null;
                yield time
                        ? type.put("type", "string").put("format", "date-time")
                        : type.put("type", "integer").put("format", "int64");
            }
            case FLOAT, DOUBLE -> type.put("type", "number").put("format", "double");
            case BOOLEAN -> type.put("type", "boolean");
            case BYTES, FIXED -> type.put("type", "string").put("format", "byte");
            default -> {
                if ("quantity".equals(format)) {
                    yield quantity();
                }
                boolean free = "json".equals(schema.getProp("logicalType"));
                yield type.put("type", free ? "object" : "string");
            }
        };
    }

    private ObjectNode union(Schema schema, @Nullable String format) {
        List<Schema> branches = schema.getTypes().stream()
                .filter(branch -> branch.getType() != Schema.Type.NULL)
                .toList();
        if (branches.size() == 1) {
            return type(branches.getFirst(), format);
        }
        schemas.computeIfAbsent(INT_OR_STRING, _ -> {
            ObjectNode either = json.createObjectNode().put("format", "int-or-string");
            var forms = either.putArray("oneOf");
            forms.addObject().put("type", "integer");
            forms.addObject().put("type", "string");
            return either.put("description", "A number, or a text such as a name or a percentage.");
        });
        return reference(INT_OR_STRING);
    }

    private ObjectNode quantity() {
        schemas.computeIfAbsent(QUANTITY, _ -> {
            ObjectNode either = json.createObjectNode();
            var forms = either.putArray("oneOf");
            forms.addObject().put("type", "string");
            forms.addObject().put("type", "number");
            return either.put("description", "An amount of a resource, such as 500m or 128Mi.");
        });
        return reference(QUANTITY);
    }
}
