package dev.shiplog.schemas.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Merges one list of a strategic merge patch by the identity of its elements: the value of the merge key, or the
/// element itself in a list of plain values. Live elements that share an identity all stay; the first takes a change.
///
/// @param deleted the values that `$deleteFromPrimitiveList` names
/// @param order what `$setElementOrder` names; empty when there is none
record ListMerge(String name, MergeFacts facts, List<JsonNode> deleted, List<JsonNode> order) {

    private record Element(String identity, JsonNode value) {}

    ArrayNode merge(ArrayNode live, ArrayNode patch) {
        var elements = new ArrayList<Element>();
        if (replaces(patch)) {
            for (JsonNode element : patch) {
                if (StrategicMergePatch.directive(element).isEmpty()) {
                    elements.add(merged(JsonNodeFactory.instance.objectNode(), element));
                }
            }
            return list(elements);
        }
        for (JsonNode element : live) {
            elements.add(new Element(liveIdentity(element), element));
        }
        var liveOrder = elements.stream().map(Element::identity).toList();
        var gone = deleted.stream().map(JsonNode::toString).toList();
        elements.removeIf(element -> gone.contains(element.identity()));
        for (JsonNode element : patch) {
            String identity = identity(element);
            switch (StrategicMergePatch.directive(element)) {
                case "delete" -> elements.removeIf(known -> known.identity().equals(identity));
                case "", "merge" -> put(elements, identity, element);
                default -> throw StrategicMergePatch.unknownDirective(element);
            }
        }
        return order.isEmpty() ? list(elements) : ordered(elements, patch, liveOrder);
    }

    private static boolean replaces(ArrayNode patch) {
        return patch.valueStream()
                .anyMatch(element -> StrategicMergePatch.directive(element).equals("replace"));
    }

    private void put(List<Element> elements, String identity, JsonNode element) {
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i).identity().equals(identity)) {
                elements.set(i, merged(elements.get(i).value(), element));
                return;
            }
        }
        elements.add(merged(JsonNodeFactory.instance.objectNode(), element));
    }

    private Element merged(JsonNode present, JsonNode element) {
        JsonNode value = element instanceof ObjectNode object && present instanceof ObjectNode into
                ? StrategicMergePatch.mergeObject(into, object, facts.element())
                : element;
        return new Element(identity(element), value);
    }

    /// Numbers and texts that look alike are different; numbers of different width are the same.
    private String identity(JsonNode element) {
        if (facts.mergeKey().isEmpty()) {
            if (element instanceof ObjectNode) {
                throw PatchException.unfit("%s: its elements have no merge key".formatted(name));
            }
            return element.toString();
        }
        if (!(element instanceof ObjectNode object)) {
            throw PatchException.malformed(
                    "%s: its elements must be objects, not %s".formatted(name, element.getNodeType()));
        }
        JsonNode key = object.get(facts.mergeKey());
        if (key == null) {
            throw PatchException.unfit(
                    "map: %s does not contain declared merge key: %s".formatted(object, facts.mergeKey()));
        }
        return key.toString();
    }

    private String liveIdentity(JsonNode element) {
        boolean keyless = element instanceof ObjectNode && !element.has(facts.mergeKey());
        return keyless ? "" : identity(element);
    }

    /// Elements that the order names stand in that order. The others, known to the server only, keep their own order
    /// and each goes before the first ordered one that it preceded in the live list.
    private ArrayNode ordered(List<Element> elements, ArrayNode patch, List<String> liveOrder) {
        var wanted = order.stream().map(this::orderIdentity).toList();
        for (JsonNode element : patch) {
            if (StrategicMergePatch.directive(element).isEmpty() && !wanted.contains(identity(element))) {
                throw PatchException.malformed("The order in patch list: %s is not in $setElementOrder list: %s"
                        .formatted(identity(element), name));
            }
        }
        var result = new ArrayList<Element>();
        elements.stream()
                .filter(element -> wanted.contains(element.identity()))
                .sorted(Comparator.comparingInt(element -> wanted.indexOf(element.identity())))
                .forEach(result::add);
        int place = 0;
        for (Element element : elements) {
            if (wanted.contains(element.identity())) {
                continue;
            }
            int mine = liveOrder.indexOf(element.identity());
            while (place < result.size()
                    && mine >= liveOrder.indexOf(result.get(place).identity())) {
                place++;
            }
            result.add(place, element);
            place++;
        }
        return list(result);
    }

    private String orderIdentity(JsonNode entry) {
        JsonNode key = facts.mergeKey().isEmpty() ? entry : entry.get(facts.mergeKey());
        if (key == null) {
            throw PatchException.malformed("invalid patch format of setElementOrder list: %s".formatted(name));
        }
        return key.toString();
    }

    private static ArrayNode list(List<Element> elements) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode(elements.size());
        elements.forEach(element -> list.add(element.value()));
        return list;
    }
}
