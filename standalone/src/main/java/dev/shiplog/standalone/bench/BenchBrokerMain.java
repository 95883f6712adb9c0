package dev.shiplog.standalone.bench;

import dev.shiplog.store.broker.BrokerSettings;
import dev.shiplog.store.broker.EmbeddedBroker;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.kafka.TopicsClient;
import java.nio.file.Path;
import java.util.Map;

/// A broker in a process of its own, with Shiplog's topics. Arguments: directory, port, `EACH_APPEND` or
/// `NEVER`. It says `ready` and runs until its standard input ends.
final class BenchBrokerMain {
    private static final String CLUSTER = "bench-bench-bench-benc";

    private BenchBrokerMain() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int port = Integer.parseInt(args[1]);
        BrokerSettings settings = new BrokerSettings(
                directory.resolve("kafka"), directory.resolve("pki"), CLUSTER, "127.0.0.1", port, port + 1, Map.of());
        EmbeddedBroker broker = EmbeddedBroker.start(settings);
        try (TopicsClient topics = new TopicsClient(broker.endpoint(KafkaUser.STORE))) {
            topics.ensure(Topics.all(Topics.PARTITIONS_DEFAULT, Topics.Sync.valueOf(args[2])));
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Whoever started this process holds the other end.
        }
        Runtime.getRuntime().halt(0);
    }
}
