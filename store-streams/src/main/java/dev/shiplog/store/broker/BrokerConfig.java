package dev.shiplog.store.broker;

import java.util.Map;
import java.util.Properties;

/// The broker's configuration as data: one node that is broker and controller, small, quick to start, and with
/// every file small enough for a small disk.
final class BrokerConfig {

    /// The settings of Kafka's own (internal) topics and logs, sized so that a disk of 300 MiB holds them all.
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"),
            Map.entry("num.recovery.threads.per.data.dir", "2"),
            Map.entry("num.replica.fetchers", "1"),
            Map.entry("background.threads", "2"),
            Map.entry("log.cleaner.threads", "1"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
            Map.entry("log.cleaner.io.buffer.size", "262144"),
            Map.entry("log.segment.bytes", "67108864"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("log.segment.delete.delay.ms", "1000"),
            Map.entry("log.retention.check.interval.ms", "30000"),
            Map.entry("offsets.topic.num.partitions", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.segment.bytes", "4194304"),
            Map.entry("offsets.load.buffer.size", "1048576"),
            Map.entry("transaction.state.log.num.partitions", "1"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.segment.bytes", "4194304"),
            Map.entry("transaction.state.log.load.buffer.size", "1048576"),
            Map.entry("share.coordinator.state.topic.num.partitions", "1"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.coordinator.threads", "1"),
            Map.entry("share.coordinator.threads", "1"),
            Map.entry("metadata.log.segment.bytes", "8388608"),
            Map.entry("metadata.max.retention.bytes", "33554432"),
            Map.entry("metadata.log.max.record.bytes.between.snapshots", "4194304"),
            Map.entry("socket.send.buffer.bytes", "-1"),
            Map.entry("socket.receive.buffer.bytes", "-1"));

    /// Latency: nothing waits for a timer that only a large cluster needs.
    private static final Map<String, String> QUICK = Map.ofEntries(
            Map.entry("broker.session.timeout.ms", Long.toString(BrokerSettings.SESSION_TIMEOUT.toMillis())),
            Map.entry("broker.heartbeat.interval.ms", Long.toString(BrokerSettings.HEARTBEAT.toMillis())),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("group.min.session.timeout.ms", "500"),
            Map.entry("group.consumer.min.session.timeout.ms", "500"),
            Map.entry("group.consumer.min.heartbeat.interval.ms", "100"),
            Map.entry("group.streams.min.session.timeout.ms", "500"),
            Map.entry("group.streams.min.heartbeat.interval.ms", "100"),
            Map.entry("add.partitions.to.txn.retry.backoff.ms", "1"),
            Map.entry("metadata.max.idle.interval.ms", "0"),
            // There is no other broker to hand leadership to, and one whose disk failed would ask for minutes in vain.
            Map.entry("controlled.shutdown.enable", "false"));

    private BrokerConfig() {}

    static Properties of(BrokerSettings settings, Credentials credentials) {
        Properties all = new Properties();
        all.putAll(SMALL);
        all.putAll(QUICK);
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("log.dirs", settings.directory().toString());
        all.put("auto.create.topics.enable", "false");
        all.put("message.max.bytes", Integer.toString(MESSAGE_BYTES_MAX));
        all.put("replica.fetch.max.bytes", Integer.toString(MESSAGE_BYTES_MAX));
        all.put("transaction.max.timeout.ms", "60000");
        all.put("unclean.leader.election.enable", "false");
        listeners(all, settings, credentials);
        all.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        all.put("super.users", "User:" + KafkaUser.BROKER.text());
        all.put("allow.everyone.if.no.acl.found", "false");
        all.putAll(settings.overrides());
        return all;
    }

    /// A transaction of 8 MiB before compression, and its frame.
    static final int MESSAGE_BYTES_MAX = 9 << 20;

    private static void listeners(Properties all, BrokerSettings settings, Credentials credentials) {
        String controller = "127.0.0.1:" + settings.controllerPort();
        all.put(
                "listeners",
                "CLIENT://%s:%d,CONTROLLER://%s".formatted(settings.listen(), settings.port(), controller));
        all.put("advertised.listeners", "CLIENT://%s:%d".formatted(advertised(settings.listen()), settings.port()));
        all.put("controller.quorum.voters", "1@" + controller);
        all.put("controller.listener.names", "CONTROLLER");
        all.put("inter.broker.listener.name", "CLIENT");
        all.put("listener.security.protocol.map", "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT");
        all.put("sasl.enabled.mechanisms", "PLAIN");
        all.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        all.put("sasl.mechanism.controller.protocol", "PLAIN");
        all.put("listener.name.client.plain.sasl.jaas.config", credentials.serverLogin());
        all.put("listener.name.controller.plain.sasl.jaas.config", credentials.controllerLogin());
    }

    /// Clients cannot connect to a wildcard.
    static String advertised(String listen) {
        return listen.equals("0.0.0.0") || listen.equals("::") ? "127.0.0.1" : listen;
    }
}
