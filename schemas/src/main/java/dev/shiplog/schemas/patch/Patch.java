package dev.shiplog.schemas.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;

/// Applies a patch of any type. The arguments stay as they are.
public final class Patch {
    private Patch() {}

    /// The object as it is after the patch.
    ///
    /// @param schema of the patched kind; only a strategic patch reads it
    /// @throws PatchException when the patch is malformed or does not fit
    public static ObjectNode apply(PatchType type, Schema schema, ObjectNode current, JsonNode patch) {
        JsonNode patched = switch (type) {
            case JSON -> JsonPatch.parse(patch).apply(current);
            case MERGE -> MergePatch.apply(current, object(patch));
            case STRATEGIC -> StrategicMergePatch.apply(current, object(patch), schema);
        };
        if (patched instanceof ObjectNode object) {
            return object;
        }
        throw PatchException.unfit("the patch leaves no object but " + patched.getNodeType());
    }

    private static ObjectNode object(JsonNode patch) {
        if (patch instanceof ObjectNode object) {
            return object;
        }
        throw PatchException.malformed("the patch must be a JSON object, not " + patch.getNodeType());
    }
}
