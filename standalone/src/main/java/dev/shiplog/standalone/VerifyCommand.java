package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.store.checkpoint.ReplayRefused;
import dev.shiplog.store.verify.VerifyHost;
import dev.shiplog.store.verify.VerifyReport;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `shiplog verify`: replays each journal and compares view, replay and topics.
@Command(name = "verify", description = "Replay the journals and compare view, replay and topics.")
final class VerifyCommand implements Callable<Integer> {
    private static final Duration JOURNAL_WITHIN = Duration.ofSeconds(30);

    @Mixin
    private Common common = new Common();

    @Option(names = "--revision", paramLabel = "N", description = "as of this revision (without the topics)")
    private @Nullable Long revision;

    @Override
    public Integer call() throws Exception {
        ClientAccess access = ClientAccess.of(common.data());
        var verify = new VerifyHost(access.kafka(), access.registry(), common.timeout(JOURNAL_WITHIN));
        VerifyReport report;
        try {
            report = revision == null ? verify.now() : verify.at(revision);
        } catch (ReplayRefused problem) {
            throw new Stop(
                    ExitCode.FAILED,
                    String.valueOf(problem.getMessage()),
                    "Name a revision that the journal still has");
        }
        System.out.println(json(report));
        for (VerifyReport.StoreReport store : report.stores()) {
            if (!store.equal()) {
                System.err.println("shiplog: the store %s differs: %s. Keep its data and report it."
                        .formatted(store.store(), store.difference()));
            }
        }
        return (report.equal() ? ExitCode.DONE : ExitCode.FAILED).code();
    }

    private static ObjectNode json(VerifyReport report) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode stores = answer.putArray("stores");
        for (VerifyReport.StoreReport store : report.stores()) {
            ObjectNode node = stores.addObject();
            node.put("store", store.store()).put("revision", store.revision());
            node.put("viewHash", store.viewHash()).put("replayHash", store.replayHash());
            if (store.topicsHash() != null) {
                node.put("topicsHash", store.topicsHash());
            }
            node.put("equal", store.equal());
            if (store.difference() != null) {
                node.put("difference", store.difference());
            }
        }
        return answer.put("equal", report.equal());
    }
}
