package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.node.containerd.ContainerdLauncher;
import dev.shiplog.node.containerd.ContainerdPaths;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `shiplog down`: stops Shiplog; pods, their network and the packet filter stay unless told otherwise.
@Command(name = "down", description = "Stop Shiplog; pods go on unless --pods or --purge is given.")
final class DownCommand implements Callable<Integer> {
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    @Mixin
    private Common common = new Common();

    @Option(names = "--pods", description = "also every pod, and everything else of Shiplog on this host")
    private boolean pods;

    @Option(names = "--purge", description = "as --pods, and delete the data")
    private boolean purge;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Data data = common.data();
        var progress = new Progress(System.err);
        int stopped = stop(data, progress);
        if (UpOptions.isRoot() && data.exists()) {
            if (pods || purge) {
                new HostRemains(data, progress).remove();
            } else {
                stopContainerd(data);
            }
        }
        if (purge) {
            HostRemains.delete(data.directory());
            progress.say("deleted " + data.directory());
        }
        if (common.json) {
            System.out.println(JsonNodeFactory.instance.objectNode().put("stopped", stopped));
        }
        return ExitCode.DONE.code();
    }

    /// Asks every process of the cluster to end and waits for it.
    private int stop(Data data, Progress progress) throws InterruptedException {
        List<ObjectNode> processes = new Processes(data).present();
        if (processes.isEmpty()) {
            progress.say("nothing runs in " + data.directory());
            return 0;
        }
        processes.forEach(report -> ProcessHandle.of(pid(report)).ifPresent(ProcessHandle::destroy));
        long deadline = System.nanoTime() + common.timeout(STOPPED_WITHIN).toNanos();
        for (ObjectNode report : processes) {
            while (Processes.is(report, process -> !process.ended())) {
                if (System.nanoTime() > deadline) {
                    throw new Stop(
                            ExitCode.TIMEOUT,
                            "process %d does not end".formatted(pid(report)),
                            "Look into its logs with ./shiplog logs, or end it with kill -9");
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
        progress.say("stopped");
        return processes.size();
    }

    private static long pid(ObjectNode report) {
        return report.path("pid").asLong();
    }

    private static void stopContainerd(Data data) throws InterruptedException {
        ContainerdPaths paths = HostRemains.containerd(data);
        ProcessHandle containerd = ContainerdLauncher.running(paths).orElse(null);
        if (containerd != null) {
            containerd.destroy();
            while (ProcessState.of(containerd.pid())
                    .filter(process -> !process.ended())
                    .isPresent()) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
    }
}
