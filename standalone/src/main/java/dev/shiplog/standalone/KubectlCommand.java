package dev.shiplog.standalone;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `shiplog kubectl`: the script `shiplog` runs the newest kubectl itself, so that no JVM stands between; this is its
/// help.
@Command(name = "kubectl", description = "Run the newest kubectl found, as the cluster's administrator.")
final class KubectlCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "ARGS", description = "what kubectl is given")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        throw new Stop(
                ExitCode.USAGE,
                "kubectl (%d arguments) has to come first".formatted(arguments.size()),
                "Type ./shiplog kubectl ARGS, or ./shiplog --data DIR kubectl ARGS");
    }
}
