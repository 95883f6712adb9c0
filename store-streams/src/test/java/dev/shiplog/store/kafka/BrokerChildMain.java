package dev.shiplog.store.kafka;

import dev.shiplog.store.broker.EmbeddedBroker;
import dev.shiplog.store.broker.KafkaUser;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A broker to be killed. Arguments: directory, port, KRaft port.
public final class BrokerChildMain {
    private BrokerChildMain() {}

    public static void main(String[] args) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(
                TestCluster.settings(Path.of(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]), Map.of()));
        try (TopicsClient topics = new TopicsClient(broker.endpoint(KafkaUser.STORE))) {
            topics.ensure(Topics.all(TestCluster.PARTITIONS, Topics.Sync.EACH_APPEND));
        }
        System.out.println("ready");
        TimeUnit.HOURS.sleep(1);
    }
}
