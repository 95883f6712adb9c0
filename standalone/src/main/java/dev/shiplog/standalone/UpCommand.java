package dev.shiplog.standalone;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `shiplog up`: runs the cluster, or a part of it.
@Command(name = "up", description = "Run the cluster, or a part of it.")
final class UpCommand implements Callable<Integer> {
    static final String LOGGING = "log4j2.configurationFile";
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    @Mixin
    private Common common = new Common();

    @Mixin
    private UpOptions options = new UpOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        options.check();
        Data data = common.data();
        data.open();
        Set<Role> wanted = options.roles();
        var progress = new Progress(System.err);
        if (new Processes(data).running().containsAll(wanted)) {
            progress.alreadyRunning(data, wanted);
            return ExitCode.DONE.code();
        }
        if (options.roles().contains(Role.NODE_AGENT) && options.runtime() == UpOptions.ContainerRuntime.CRI) {
            new HostPackages(progress).ensure(options.noInstall);
        }
        System.setProperty("shiplog.logs", data.logs().toString());
        if (common.debug) {
            System.setProperty("shiplog.log.level", "DEBUG");
        }
        if (!options.detach) {
            System.setProperty(LOGGING, "log4j2-server.xml");
        }
        return options.detach
                ? new DetachedLauncher(data, progress)
                        .start(spec.commandLine().getParseResult().originalArgs(), wanted, common.timeout(READY_WITHIN))
                : new Launcher(data, options, progress).run(wanted);
    }

    static String text(Set<Role> roles) {
        return roles.stream().sorted().map(Role::text).collect(Collectors.joining(", "));
    }
}
