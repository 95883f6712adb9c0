package dev.shiplog.standalone.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.standalone.bench.BenchCase.Figure;
import dev.shiplog.standalone.bench.BenchCase.Target;
import dev.shiplog.standalone.bench.PodLoadMain.Lots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Every benchmark there is, in the order in which they run.
final class Cases {
    private static final int VALUE_BYTES = 1_024;

    private static final long IDLE_SECONDS = 120;
    private static final long IDLE_CPU_SECONDS = 30;
    private static final String HOLLOW = "--runtime hollow";
    private static final int ASSIGNMENTS_PER_SECOND = 5;

    /// The load's own compiler is busy with the first ones.
    private static final int ASSIGNMENTS_UNMEASURED = 100;

    private static final String IMAGE = "localhost/busybox:1";

    private final Path root;

    Cases(Path root) {
        this.root = root;
    }

    List<BenchCase> all() {
        var cases = new ArrayList<BenchCase>();
        cases.add(seconds("start/api-ready", 5, this::apiReady));
        cases.add(seconds("start/node-ready", 8, this::nodeReady));
        cases.add(seconds("start/after-kill", 6, this::afterKill));
        for (String sync : List.of("fsync", "none")) {
            for (int writers : new int[] {1, 16, 128, 512}) {
                cases.add(journalPut(sync, writers));
            }
        }
        for (int writers : new int[] {1, 16, 128, 512}) {
            cases.add(new BenchCase(
                    "store/put/" + writers,
                    "ops/s",
                    true,
                    writers < 128 ? List.of() : List.of(Target.ratio(1)),
                    bed -> storePut(bed, writers),
                    bed -> etcdPut(bed, writers, true)));
        }
        cases.add(new BenchCase(
                "pod/assignment",
                "ms",
                false,
                List.of(Target.atMost("latencyMs.p50", 15), Target.atMost("latencyMs.p99", 60)),
                this::podAssignment,
                null));
        cases.add(new BenchCase(
                "pod/running",
                "ms",
                false,
                List.of(Target.atMost("latencyMs.p50", 800)),
                bed -> podRunning(bed, 20, 1),
                null));
        cases.add(new BenchCase(
                "pod/running-burst30",
                "s",
                false,
                List.of(Target.atMost("median", 15)),
                bed -> burst(podRunning(bed, 30, 30)),
                null));
        cases.add(new BenchCase(
                "idle/memory", "MiB", false, List.of(Target.atMost("median", 500)), this::idleMemory, null));
        cases.add(new BenchCase(
                "idle/cpu", "% of a core", false, List.of(Target.atMost("median", 5)), this::idleCpu, null));
        return cases;
    }

    private static BenchCase seconds(String name, double most, BenchCase.Measurement subject) {
        return new BenchCase(name, "s", false, List.of(Target.atMost("median", most)), subject, null);
    }

    private Figure apiReady(BenchBed bed) throws Exception {
        bed.freshCluster(HOLLOW);
        double fresh = bed.status().path("apiReadySeconds").asDouble();
        bed.down();
        bed.up(HOLLOW);
        double old = bed.status().path("apiReadySeconds").asDouble();
        var details = JsonNodeFactory.instance.objectNode().put("onOldData", old);
        return new Figure(fresh, null, 0, 0, 0, details);
    }

    private Figure nodeReady(BenchBed bed) throws Exception {
        bed.freshCluster("");
        return Figure.of(bed.status().path("nodeReadySeconds").asDouble());
    }

    private Figure afterKill(BenchBed bed) throws Exception {
        bed.cluster(HOLLOW);
        for (long pid : bed.pids()) {
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            process.destroyForcibly();
            process.onExit().get();
        }
        bed.up(HOLLOW);
        return Figure.of(bed.status().path("apiReadySeconds").asDouble());
    }

    private static BenchCase journalPut(String sync, int writers) {
        boolean synced = sync.equals("fsync");
        double ratio = writers < 128 ? 1 : writers < 512 ? 3 : 4;
        return new BenchCase(
                "journal/put/" + sync + "/" + writers,
                "ops/s",
                true,
                synced ? List.of(Target.ratio(ratio), Target.atMost("p99Ratio", 1)) : List.of(),
                bed -> journalPut(bed, synced ? "EACH_APPEND" : "NEVER", writers),
                synced ? bed -> etcdPut(bed, writers, false) : null);
    }

    private static Figure journalPut(BenchBed bed, String sync, int writers) throws Exception {
        JournalBroker broker = bed.broker(sync);
        var arguments = List.of(broker.credentials().toString(), Integer.toString(VALUE_BYTES));
        LoadProcess load =
                bed.loop(new BenchBed.Load(JournalLoadMain.class, arguments, writers), List.of(broker.pid()));
        return load.run(writers, bed.seconds(), broker::cpuSeconds).with(details(bed, load));
    }

    private Figure storePut(BenchBed bed, int writers) throws Exception {
        String flags = "--runtime hollow --roles broker,registry,store,api-server,controllers";
        bed.cluster(flags);
        List<Long> pids = bed.pids();
        List<String> arguments = ApiLoadMain.arguments(bed.apiPort(), VALUE_BYTES, bed.pki());
        LoadProcess load = bed.loop(new BenchBed.Load(ApiLoadMain.class, arguments, writers), pids);
        return load.run(writers, bed.seconds(), () -> Proc.cpuSeconds(pids))
                .with(details(bed, load).put("up", flags));
    }

    private static Figure etcdPut(BenchBed bed, int writers, boolean tls) throws IOException, InterruptedException {
        EtcdPeer etcd = bed.etcd(tls);
        List<String> arguments = EtcdLoadMain.arguments(etcd.port(), VALUE_BYTES, etcd.credentials());
        LoadProcess load = bed.loop(new BenchBed.Load(EtcdLoadMain.class, arguments, writers), List.of(etcd.pid()));
        return load.run(writers, bed.seconds(), etcd::cpuSeconds)
                .with(details(bed, load).put("command", etcd.commandLine()));
    }

    private static ObjectNode details(BenchBed bed, LoadProcess load) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("operation", "put of %d bytes that expects the revision of the put before".formatted(VALUE_BYTES))
                .put("jvm", bed.jvmOptions())
                .put("warmUpSeconds", LoadReport.round(load.warmUpSeconds()));
    }

    /// Five pods a second. What pods cost that follow each other without pause is told beside it: then the status and
    /// the Events of one are written while the next is placed.
    private Figure podAssignment(BenchBed bed) throws Exception {
        bed.cluster(HOLLOW);
        var withoutPause = new Lots(200, 1, 0, 0);
        double warmUpSeconds = WarmUp.run(bed.pids(), () -> assignments(bed, withoutPause));
        LoadReport busy = assignments(bed, withoutPause);
        LoadReport paced = assignments(bed, new Lots(100, 1, 1_000 / ASSIGNMENTS_PER_SECOND, ASSIGNMENTS_UNMEASURED));
        var details = JsonNodeFactory.instance
                .objectNode()
                .put("podsPerSecond", ASSIGNMENTS_PER_SECOND)
                .put("warmUpSeconds", LoadReport.round(warmUpSeconds));
        details.set("withoutPause", busy.latency().json());
        return latency(paced, paced.latency().p50()).with(details);
    }

    private static LoadReport assignments(BenchBed bed, Lots lots) throws IOException, InterruptedException {
        return bed.load(
                PodLoadMain.class,
                PodLoadMain.arguments("assignment", bed.apiPort(), lots, bed.data(), "example.org/none:1"));
    }

    private Figure podRunning(BenchBed bed, int pods, int atOnce) throws Exception {
        realNode(bed);
        LoadReport report = bed.load(
                PodLoadMain.class,
                PodLoadMain.arguments("running", bed.apiPort(), new Lots(pods, atOnce, 0, 0), bed.data(), IMAGE));
        return latency(report, report.latency().p50());
    }

    private static Figure burst(Figure figure) {
        double last = figure.latency() == null ? Double.NaN : figure.latency().max() / 1_000;
        return new Figure(last, figure.latency(), figure.errors(), 0, 0, null);
    }

    private static Figure latency(LoadReport report, double value) {
        return new Figure(value, report.latency(), report.errors(), 0, 0, null);
    }

    private void realNode(BenchBed bed) throws IOException, InterruptedException {
        bed.cluster("");
        Path archive = bed.directory().resolve("busybox.tar");
        bed.shiplog("--version >&2; %s/examples/images/busybox.sh %s >&2".formatted(root, archive));
        bed.shiplog("images import %s --data %s".formatted(archive, bed.data()));
    }

    private Figure idleMemory(BenchBed bed) throws Exception {
        hello(bed);
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        long sum = 0;
        for (long pid : bed.pids()) {
            sum += Proc.rssMiB(pid);
        }
        return Figure.of((double) sum);
    }

    private Figure idleCpu(BenchBed bed) throws Exception {
        hello(bed);
        TimeUnit.SECONDS.sleep(IDLE_CPU_SECONDS);
        double before = bed.serverCpuSeconds();
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(IDLE_CPU_SECONDS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        return Figure.of(100 * (bed.serverCpuSeconds() - before) / seconds);
    }

    private void hello(BenchBed bed) throws IOException, InterruptedException {
        realNode(bed);
        bed.kubectl("apply -f %s/examples/hello.yaml".formatted(root));
        bed.kubectl("rollout status deployment/hello --timeout=120s");
    }
}
