package dev.shiplog.standalone;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line. stdout carries the answer, stderr progress and errors.
@Command(
        name = "shiplog",
        description = "A Kubernetes-compatible container orchestrator whose only database is Apache Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            KubeconfigCommand.class,
            KubectlCommand.class,
            ImagesCommand.class,
            LogsCommand.class,
            TopicCommand.class,
            VerifyCommand.class,
            SimCommand.class,
            CheckCommand.class,
            BenchCommand.class,
            TestCommand.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        System.setProperty(UpCommand.LOGGING, "log4j2-cli.xml");
        var line = new CommandLine(new Main());
        line.setDefaultValueProvider(new Defaults(System.getenv(), arguments));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((problem, _) -> {
            String cause = String.valueOf(problem.getMessage())
                    .replaceAll("\\s*\\R\\s*", " ")
                    .replaceAll("\\.$", "");
            System.err.println(
                    "shiplog: " + cause + ". See ./shiplog " + commandOf(problem.getCommandLine()) + "--help.");
            return ExitCode.USAGE.code();
        });
        line.setExecutionExceptionHandler((problem, command, parsed) -> {
            if (parsed.matchedOption("--debug") != null || debugOf(parsed)) {
                problem.printStackTrace();
            }
            return switch (problem) {
                case Stop stop -> {
                    System.err.println(stop.getMessage());
                    yield stop.code().code();
                }
                case InterruptedException _ -> ExitCode.INTERRUPTED.code();
                default -> {
                    System.err.println("shiplog: %s. Run it again with --debug for the details."
                            .formatted(String.valueOf(problem).replaceAll("\\s*\\R\\s*", " ")));
                    yield ExitCode.FAILED.code();
                }
            };
        });
        return arguments.length == 0 ? usage(line) : line.execute(arguments);
    }

    private static int usage(CommandLine line) {
        line.usage(System.err);
        return ExitCode.USAGE.code();
    }

    private static String commandOf(CommandLine line) {
        return line.getParent() == null ? "" : line.getCommandName() + " ";
    }

    private static boolean debugOf(CommandLine.ParseResult parsed) {
        return parsed.hasMatchedOption("--debug") || (parsed.hasSubcommand() && debugOf(parsed.subcommand()));
    }
}
