package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `shiplog test`: runs this clone's tests by tier.
///
/// `fast` takes the tests without a tag, which need no root. `full` adds those tagged `full` (real brokers,
/// containers, packet filters; root) and the end-to-end tests, in one JVM and with a process per role; the
/// longest of them in one of the two. `soak` adds those tagged `soak`, and runs all the others in both.
@Command(name = "test", description = "Run this clone's tests.")
final class TestCommand implements Callable<Integer> {

    /// The phase that `./shiplog` itself builds to: a shorter one would put the modules' directories on the
    /// class path where their jars were, and compile everything anew.
    private static final String BUILD = "package";

    private static final String ONE_PROCESS = "one-process";
    private static final String PROCESS_PER_ROLE = "process-per-role";

    @Mixin
    private Common common = new Common();

    @Option(names = "--tier", paramLabel = "fast|full|soak", description = "which tests (default: full)")
    private String tier = "full";

    @Option(names = "--only", paramLabel = "GLOB", description = "only the test classes whose name matches")
    private @Nullable String only;

    @Option(
            names = "--changed",
            description = "only the modules that changed since the last commit, and what uses them")
    private boolean changed;

    private record Stage(String name, List<String> prefix, List<String> arguments) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path root = Installation.root();
        if (!Set.of("fast", "full", "soak").contains(tier)) {
            throw new Stop(ExitCode.USAGE, "there is no tier '%s'".formatted(tier), "Choose from fast, full, soak");
        }
        var progress = new Progress(System.err);
        if (!tier.equals("fast")) {
            needRoot();
            new HostPackages(progress).ensureForTests();
        }
        List<String> modules = changed ? changedModules(root) : List.of();
        if (changed && modules.isEmpty()) {
            progress.say("no module changed since the last commit");
        }
        var results = new ArrayList<TestStage>();
        Instant started = Instant.now();
        for (Stage stage : changed && modules.isEmpty() ? List.<Stage>of() : stages()) {
            progress.say("stage " + stage.name());
            TestStage result = run(root, stage, modules);
            result.failures().forEach(line -> progress.say("FAILED " + line));
            results.add(result);
            if (stage.name().equals("soak")) {
                Path report = SoakReport.write(root, started, result);
                progress.say("what the long runs did is in " + report);
            }
        }
        return answer(results, progress.seconds());
    }

    private List<Stage> stages() {
        var stages = new ArrayList<Stage>();
        if (only == null) {
            stages.add(new Stage("style", List.of(), List.of("spotless:check")));
        }
        stages.add(new Stage("unit", List.of(), List.of(BUILD, "-Dtest.excludedGroups=full,e2e,soak")));
        if (!tier.equals("fast")) {
            stages.add(new Stage(
                    "integration", List.of(), List.of(BUILD, "-Dtest.groups=full", "-Dtest.excludedGroups=e2e,soak")));
            for (String layout : List.of(ONE_PROCESS, PROCESS_PER_ROLE)) {
                stages.add(new Stage(
                        "end-to-end/" + layout,
                        inNamespaces(),
                        List.of(
                                BUILD,
                                "-o",
                                "-Dtest.groups=e2e",
                                "-Dtest.excludedGroups=soak" + onlyInOther(layout),
                                "-Dshiplog.e2e.layout=" + layout)));
            }
        }
        if (tier.equals("soak")) {
            stages.add(new Stage(
                    "soak", inNamespaces(), List.of(BUILD, "-o", "-Dtest.groups=soak", "-Dtest.excludedGroups=none")));
        }
        return stages;
    }

    /// The longest end-to-end tests are tagged with the layout that has more to show; the tier soak runs them
    /// in both.
    private String onlyInOther(String layout) {
        if (tier.equals("soak")) {
            return "";
        }
        return "," + (layout.equals(ONE_PROCESS) ? PROCESS_PER_ROLE : ONE_PROCESS);
    }

    /// What runs a stage on network devices, packet filters and mounts of its own.
    private static List<String> inNamespaces() {
        return List.of(Installation.root()
                .resolve("standalone/src/test/sh/in-namespaces.sh")
                .toString());
    }

    private TestStage run(Path root, Stage stage, List<String> modules) throws IOException, InterruptedException {
        var command = new ArrayList<>(stage.prefix());
        command.addAll(List.of("mvn", "-B", "-q", "-ntp", "-fae"));
        command.addAll(stage.arguments());
        if (only != null) {
            command.add("-Dtest=" + only);
            command.add("-Dsurefire.failIfNoSpecifiedTests=false");
        }
        if (!modules.isEmpty()) {
            command.addAll(List.of("-pl", String.join(",", modules), "-am", "-amd"));
        }
        FileTime since = FileTime.from(Instant.now());
        long start = System.nanoTime();
        var builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // stdout is for the answer alone.
        Process maven = builder.redirectErrorStream(true).start();
        maven.getOutputStream().close();
        maven.getInputStream().transferTo(System.err);
        int code = maven.waitFor();
        double seconds = (System.nanoTime() - start) / 1e9;
        return TestStage.read(stage.name(), seconds, root, since, code == 0);
    }

    private int answer(List<TestStage> stages, double seconds) {
        int passed = stages.stream().mapToInt(TestStage::passed).sum();
        int failed = stages.stream().mapToInt(TestStage::failed).sum();
        int skipped = stages.stream().mapToInt(stage -> stage.skipped().size()).sum();
        String last = "%d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
        if (common.json) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("tier", tier).put("seconds", seconds);
            ArrayNode list = answer.putArray("stages");
            for (TestStage stage : stages) {
                ObjectNode node = list.addObject();
                node.put("name", stage.name()).put("seconds", stage.seconds());
                node.put("passed", stage.passed()).put("failed", stage.failed());
                ArrayNode names = node.putArray("skipped");
                stage.skipped().forEach(names::add);
            }
            System.out.println(answer);
            System.err.println(last);
        } else {
            stages.forEach(stage -> System.out.printf(
                    "%-28s %5d passed %3d failed %3d skipped %7.1f s%n",
                    stage.name(),
                    stage.passed(),
                    stage.failed(),
                    stage.skipped().size(),
                    stage.seconds()));
            System.out.println(last);
        }
        boolean skippedInCi = skipped > 0 && "true".equals(System.getenv("CI"));
        return (failed > 0 || skippedInCi ? ExitCode.FAILED : ExitCode.DONE).code();
    }

    private void needRoot() {
        if (!UpOptions.isRoot()) {
            throw new Stop(
                    ExitCode.PREREQUISITE,
                    "the tier %s needs root".formatted(tier),
                    "Run it as root, or ./shiplog test --tier fast");
        }
    }

    private static List<String> changedModules(Path root) throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "-C", root.toString(), "status", "--porcelain", "--untracked-files=all")
                .redirectErrorStream(true)
                .start();
        String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (git.waitFor() != 0) {
            throw new Stop(ExitCode.FAILED, "git does not know what changed: " + text.strip(), "Run it in a clone");
        }
        var modules = new TreeSet<String>();
        for (String line : text.lines().toList()) {
            String path = line.length() > 3 ? line.substring(3) : "";
            String top = path.contains("/") ? path.substring(0, path.indexOf('/')) : "";
            if (!top.isEmpty() && Files.exists(root.resolve(top).resolve("pom.xml"))) {
                modules.add(top);
            }
        }
        return List.copyOf(modules);
    }
}
