package dev.shiplog.controllers;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.meta.v1.OwnerReference;
import java.util.Collection;
import java.util.List;

/// Merge patches of metadata, for objects of any kind.
public final class OwnerPatch {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OwnerPatch() {}

    /// Replaces the owners; none removes the field.
    public static String json(List<OwnerReference> owners) {
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata");
        if (owners.isEmpty()) {
            metadata.putNull("ownerReferences");
            return patch.toString();
        }
        ArrayNode list = metadata.putArray("ownerReferences");
        for (OwnerReference owner : owners) {
            ObjectNode node = list.addObject();
            node.put("apiVersion", owner.apiVersion());
            node.put("kind", owner.kind());
            node.put("name", owner.name());
            node.put("uid", owner.uid());
            if (owner.controller() != null) {
                node.put("controller", owner.controller());
            }
            if (owner.blockOwnerDeletion() != null) {
                node.put("blockOwnerDeletion", owner.blockOwnerDeletion());
            }
        }
        return patch.toString();
    }

    /// Replaces the finalizers; none removes the field.
    public static String finalizers(Collection<String> finalizers) {
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode metadata = patch.putObject("metadata");
        if (finalizers.isEmpty()) {
            metadata.putNull("finalizers");
        } else {
            ArrayNode list = metadata.putArray("finalizers");
            finalizers.forEach(list::add);
        }
        return patch.toString();
    }
}
