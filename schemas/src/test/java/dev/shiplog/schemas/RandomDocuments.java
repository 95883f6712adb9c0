package dev.shiplog.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Random;

/// Draws JSON documents of a kind as clients may send them: members left out, null, empty, in any order.
final class RandomDocuments {
    private static final List<String> WORDS = List.of(
            "",
            "a",
            "web",
            "kube-system",
            "127.0.0.1",
            "ümlaut",
            "漢字",
            "🚢 ship",
            "quote\" back\\slash",
            "tab\tnew\nline",
            "\u0001");
    private static final List<String> QUANTITIES =
            List.of("\"100m\"", "\"1Gi\"", "2", "0.5", "\"1024Mi\"", "1e3", "\"0\"", "\"1500u\"", "\"12Ki\"");

    private final Random random;

    RandomDocuments(long seed) {
        this.random = new Random(seed);
    }

    String of(Kind kind) {
        StringBuilder json = new StringBuilder();
        json.append("{\"apiVersion\":\"").append(kind.apiVersion()).append("\",");
        json.append("\"kind\":\"").append(kind.kind()).append('"');
        members(kind.type().node(), json, 0, true);
        return json.append('}').toString();
    }

    private void members(RecordNode node, StringBuilder json, int depth, boolean comma) {
        boolean separate = comma;
        for (RecordNode.Field field : node.fields()) {
            if (random.nextInt(depth < 3 ? 2 : 3 + depth) != 0) {
                continue;
            }
            json.append(separate ? "," : "").append('"').append(field.name()).append("\":");
            separate = true;
            if (random.nextInt(12) == 0) {
                json.append("null");
            } else {
                value(field.node(), json, depth + 1);
            }
        }
    }

    private void value(Node node, StringBuilder json, int depth) {
        switch (node) {
            case RecordNode record -> {
                json.append('{');
                members(record, json, depth, false);
                json.append('}');
            }
            case Containers.ListOf list -> {
                json.append('[');
                int size = random.nextInt(3);
                for (int i = 0; i < size; i++) {
                    json.append(i == 0 ? "" : ",");
                    value(list.item(), json, depth);
                }
                json.append(']');
            }
            case Containers.MapOf map -> {
                json.append('{');
                int size = random.nextInt(4);
                for (int i = 0; i < size; i++) {
                    json.append(i == 0 ? "" : ",").append("\"k").append(9 - i).append("\":");
                    value(map.item(), json, depth);
                }
                json.append('}');
            }
            case Containers.OrNull some -> value(some.some(), json, depth);
            default -> scalar(node, json);
        }
    }

    private void scalar(Node node, StringBuilder json) {
        switch (node) {
            case Scalars.Amount _ -> json.append(QUANTITIES.get(random.nextInt(QUANTITIES.size())));
            case Scalars.Free _ ->
                json.append(random.nextBoolean() ? "{\"f:spec\":{\".\":{}},\"n\":1.50}" : "[1, \"x\"]");
            case Scalars.Text _ -> json.append(text());
            case Scalars.Whole _ -> json.append(random.nextInt(3) == 0 ? 0 : random.nextInt());
            case Scalars.Truth _ -> json.append(random.nextBoolean());
            case Scalars.Time _ ->
                json.append('"')
                        .append(Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000)))
                        .append('"');
            case Scalars.Octets _ -> json.append(random.nextBoolean() ? "\"\"" : "\"c2hpcA==\"");
            case Scalars.IntOrText _ -> json.append(random.nextBoolean() ? "8080" : "\"25%\"");
            default -> throw new AssertionError("no kind holds a " + node.getClass());
        }
    }

    private String text() {
        JsonOut out = new JsonOut();
        out.string(WORDS.get(random.nextInt(WORDS.size())));
        return out.toString();
    }
}
