package dev.shiplog.standalone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.shiplog.store.verify.TopicReaderClient;
import dev.shiplog.store.verify.TopicReaderClient.Range;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `shiplog topic`: the log itself.
@Command(
        name = "topic",
        description = "List topics, or read one as JSON lines.",
        subcommands = {TopicCommand.ListTopics.class, TopicCommand.Read.class})
final class TopicCommand {

    @Command(name = "list", description = "List the topics.")
    static final class ListTopics implements Callable<Integer> {
        @Mixin
        private Common common = new Common();

        @Override
        public Integer call() {
            ClientAccess access = ClientAccess.of(common.data());
            try (var reader = new TopicReaderClient(access.kafka(), access.registry())) {
                ArrayNode list = JsonNodeFactory.instance.arrayNode();
                for (TopicReaderClient.TopicName topic : reader.list()) {
                    if (common.json) {
                        list.addObject()
                                .put("topic", topic.topic())
                                .put("partitions", topic.partitions())
                                .put("records", topic.records());
                    } else {
                        System.out.printf(
                                "%-60s %4d partitions %10d records%n",
                                topic.topic(), topic.partitions(), topic.records());
                    }
                }
                if (common.json) {
                    System.out.println(JsonNodeFactory.instance.objectNode().set("topics", list));
                }
            }
            return ExitCode.DONE.code();
        }
    }

    @Command(name = "read", description = "Print records, one JSON object a line.")
    static final class Read implements Callable<Integer> {
        @Mixin
        private Common common = new Common();

        @Parameters(paramLabel = "TOPIC")
        private String topic = "";

        @Option(names = "--from-beginning", description = "all that is there, not just the last few of each partition")
        private boolean fromBeginning;

        @Option(names = "--follow", description = "go on as it grows")
        private boolean follow;

        @Option(names = "--limit", paramLabel = "N", description = "at most so many records")
        private long limit = Long.MAX_VALUE;

        @Override
        public Integer call() {
            if (limit < 1) {
                throw new Stop(ExitCode.USAGE, "--limit is " + limit, "Give a number from 1");
            }
            ClientAccess access = ClientAccess.of(common.data());
            var range = new Range(
                    topic,
                    fromBeginning ? Range.Begin.START : Range.Begin.RECENT,
                    follow ? Range.End.NEVER : Range.End.NOW,
                    limit);
            try (var reader = new TopicReaderClient(access.kafka(), access.registry())) {
                boolean exists = reader.read(range, line -> {
                    System.out.println(line);
                    // Whoever reads the other end of a pipe may have seen enough.
                    return !System.out.checkError();
                });
                if (!exists) {
                    throw new Stop(
                            ExitCode.FAILED, "there is no topic " + topic, "See the names with ./shiplog topic list");
                }
            }
            return ExitCode.DONE.code();
        }
    }
}
