package dev.shiplog.store.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.store.check.Operation.Kind;
import dev.shiplog.store.check.Operation.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a history as JSON lines: each says that a process asked (`invoke`), or what it heard: `ok`, `fail`
/// (certainly not done) or `info` (unknown). Operations that failed are left out, those that nobody heard of
/// again are unknown.
///
/// Lines with the same `transaction` are the steps of one operation.
public final class HistoryReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Operation> operations = new ArrayList<>();
    private final Map<Long, List<Asked>> open = new HashMap<>();
    private int line;

    private HistoryReader() {}

    /// A step that was asked for, with its answer once there is one.
    private static final class Asked {
        final String transaction;
        final long invoked;
        Step step;
        String answer = "";
        long returned = Operation.NEVER;

        Asked(String transaction, long invoked, Step step) {
            this.transaction = transaction;
            this.invoked = invoked;
            this.step = step;
        }
    }

    /// Reads to the end.
    ///
    /// @throws MalformedHistory with the first line that makes no sense
    public static List<Operation> read(BufferedReader text) throws IOException, MalformedHistory {
        var reader = new HistoryReader();
        for (String next = text.readLine(); next != null; next = text.readLine()) {
            reader.line++;
            if (!next.isBlank()) {
                reader.take(next);
            }
        }
        reader.open.forEach(reader::end);
        return reader.operations;
    }

    private void take(String text) throws MalformedHistory {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException broken) {
            throw new MalformedHistory(line, "is no JSON");
        }
        long process = number(node, "process");
        long time = number(node, "time");
        String type = word(node, "type");
        Step step = step(node);
        List<Asked> asked = open.computeIfAbsent(process, _ -> new ArrayList<>());
        switch (type) {
            case "invoke" ->
                begin(process, asked, new Asked(node.path("transaction").asText(), time, step));
            case "ok", "fail", "info" -> hear(process, asked, type, step, time);
            default -> throw new MalformedHistory(line, "has the type '" + type + "'");
        }
    }

    private void begin(long process, List<Asked> asked, Asked next) throws MalformedHistory {
        boolean sameTransaction = !next.transaction.isEmpty()
                && asked.stream().allMatch(each -> each.answer.isEmpty() && each.transaction.equals(next.transaction));
        if (!asked.isEmpty() && !sameTransaction) {
            throw new MalformedHistory(
                    line, "begins an operation of process %d before its last has ended".formatted(process));
        }
        asked.add(next);
    }

    private void hear(long process, List<Asked> asked, String type, Step step, long time) throws MalformedHistory {
        Asked answered = asked.stream()
                .filter(each -> each.answer.isEmpty()
                        && each.step.kind() == step.kind()
                        && each.step.key().equals(step.key()))
                .findFirst()
                .orElseThrow(() -> new MalformedHistory(
                        line, "ends an operation that process %d has not begun".formatted(process)));
        if (time < answered.invoked) {
            throw new MalformedHistory(line, "ends an operation before it begins");
        }
        answered.answer = type;
        answered.returned = time;
        answered.step = merged(answered.step, step);
        if (asked.stream().noneMatch(each -> each.answer.isEmpty())) {
            end(process, asked);
            asked.clear();
        }
    }

    /// What was asked, with what the answer adds: a read's value, and the revision.
    private static Step merged(Step asked, Step answer) {
        boolean asksForIt = asked.kind().writes() && asked.value() != null;
        return new Step(
                asked.kind(),
                asked.key(),
                asksForIt ? asked.value() : answer.value(),
                asked.expect() == null ? answer.expect() : asked.expect(),
                answer.revision());
    }

    private void end(long process, List<Asked> asked) {
        if (asked.isEmpty() || asked.stream().anyMatch(each -> each.answer.equals("fail"))) {
            return;
        }
        long invoked = asked.stream().mapToLong(each -> each.invoked).min().orElseThrow();
        boolean known = asked.stream().allMatch(each -> each.answer.equals("ok"));
        long returned = asked.stream().mapToLong(each -> each.returned).max().orElseThrow();
        var operation =
                new Operation(process, asked.stream().map(each -> each.step).toList(), invoked, returned);
        if (known) {
            operations.add(operation);
        } else if (operation.writes()) {
            operations.add(operation.pending());
        }
    }

    private Step step(JsonNode node) throws MalformedHistory {
        String op = word(node, "op");
        Kind kind;
        try {
            kind = Kind.valueOf(op.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new MalformedHistory(line, "has the op '" + op + "'");
        }
        JsonNode value = node.path("value");
        return new Step(
                kind,
                word(node, "key"),
                value.isMissingNode() || value.isNull() ? null : value.isTextual() ? value.asText() : value.toString(),
                revision(node, "expect"),
                revision(node, "revision"));
    }

    /// Kubernetes' `resourceVersion`: text, of which 0 and nothing mean any.
    private @Nullable Long revision(JsonNode node, String field) throws MalformedHistory {
        String text = node.path(field).asText("");
        if (text.isEmpty() || text.equals("null") || text.equals("0")) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException foreign) {
            throw new MalformedHistory(line, "has the %s '%s'".formatted(field, text));
        }
    }

    private String word(JsonNode node, String field) throws MalformedHistory {
        String text = node.path(field).asText("");
        if (text.isEmpty()) {
            throw new MalformedHistory(line, "has no " + field);
        }
        return text;
    }

    private long number(JsonNode node, String field) throws MalformedHistory {
        if (!node.path(field).isIntegralNumber()) {
            throw new MalformedHistory(line, "has no " + field);
        }
        return node.path(field).asLong();
    }
}
