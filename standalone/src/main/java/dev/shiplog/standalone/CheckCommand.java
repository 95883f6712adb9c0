package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.store.check.HistoryReader;
import dev.shiplog.store.check.Linearizability;
import dev.shiplog.store.check.MalformedHistory;
import dev.shiplog.store.check.Operation;
import dev.shiplog.store.check.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `shiplog check`: whether what clients saw can be explained.
@Command(
        name = "check",
        description = "Check a recorded history of operations.",
        subcommands = CheckCommand.Linearizable.class)
final class CheckCommand {

    @Command(name = "linearizable", description = "Is there an order of the operations that explains every answer?")
    static final class Linearizable implements Callable<Integer> {
        @Mixin
        @SuppressWarnings("UnusedVariable") // picocli reads the flags that every command has into it
        private Common common = new Common();

        @Parameters(paramLabel = "FILE", description = "JSON lines: what each process asked, and what it heard")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            Verdict verdict = Linearizability.check(history());
            System.out.println(answer(verdict));
            return (verdict instanceof Verdict.Linearizable ? ExitCode.DONE : ExitCode.FAILED).code();
        }

        private List<Operation> history() {
            try (BufferedReader text = Files.newBufferedReader(file)) {
                return HistoryReader.read(text);
            } catch (MalformedHistory broken) {
                throw new Stop(
                        ExitCode.USAGE,
                        "%s: %s".formatted(file, broken.getMessage()),
                        "Give a history: one JSON object a line, as docs/checking.md describes");
            } catch (IOException unreadable) {
                throw new Stop(
                        ExitCode.USAGE, "%s cannot be read".formatted(file), "Give a history that is there, as text");
            }
        }

        private static ObjectNode answer(Verdict verdict) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            switch (verdict) {
                case Verdict.Linearizable(int operations, int keys) ->
                    answer.put("linearizable", true)
                            .put("operations", operations)
                            .put("keys", keys);
                case Verdict.Broken(List<Operation> counterexample) -> {
                    ArrayNode list = answer.put("linearizable", false).putArray("counterexample");
                    counterexample.forEach(operation -> add(list, operation));
                }
            }
            return answer;
        }

        private static void add(ArrayNode list, Operation operation) {
            for (Operation.Step step : operation.steps()) {
                ObjectNode node = list.addObject();
                node.put("process", operation.process());
                node.put("op", step.kind().name().toLowerCase(Locale.ROOT)).put("key", step.key());
                node.put("value", step.value());
                node.put("expect", text(step.expect())).put("revision", text(step.revision()));
                node.put("invoked", operation.invoked());
                node.put("returned", operation.certain() ? (Long) operation.returned() : null);
            }
        }

        private static @Nullable String text(@Nullable Long revision) {
            return revision == null ? null : Long.toString(revision);
        }
    }
}
