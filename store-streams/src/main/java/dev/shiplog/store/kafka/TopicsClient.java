package dev.shiplog.store.kafka;

import dev.shiplog.schemas.KafkaEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/// Makes topics, and refuses those that are there with another shape.
public final class TopicsClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Admin admin;

    public TopicsClient(KafkaEndpoint endpoint) {
        this.admin = Admin.create(KafkaSettings.admin(endpoint));
    }

    /// Creates those that are missing, in one call, and checks the others.
    ///
    /// @return the names of those that were missing
    /// @throws WrongTopics naming every topic whose partitions or settings differ
    public List<String> ensure(Collection<Topic> topics) throws WrongTopics, InterruptedException {
        Map<String, Topic> present = topics.stream().collect(Collectors.toMap(Topic::name, topic -> topic));
        List<String> made = create(topics);
        made.forEach(present::remove);
        if (!present.isEmpty()) {
            check(present);
        }
        return made;
    }

    /// The names of all topics that this user may see.
    public Collection<String> names() throws InterruptedException {
        return get(admin.listTopics().names());
    }

    private List<String> create(Collection<Topic> topics) throws InterruptedException {
        List<NewTopic> wanted = topics.stream()
                .map(topic -> new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
                        .configs(topic.config()))
                .toList();
        List<String> made = new ArrayList<>();
        for (Map.Entry<String, KafkaFuture<Void>> each :
                admin.createTopics(wanted).values().entrySet()) {
            try {
                get(each.getValue());
                made.add(each.getKey());
            } catch (KafkaException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        return made;
    }

    private void check(Map<String, Topic> topics) throws WrongTopics, InterruptedException {
        Map<String, TopicDescription> shapes =
                get(admin.describeTopics(topics.keySet()).allTopicNames());
        Map<ConfigResource, Config> configs = get(admin.describeConfigs(topics.keySet().stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
        List<String> problems = new ArrayList<>();
        for (Topic topic : topics.values()) {
            TopicDescription shape = shapes.get(topic.name());
            Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            if (shape != null && shape.partitions().size() != topic.partitions()) {
                problems.add("topic %s has %d partitions, not %d"
                        .formatted(topic.name(), shape.partitions().size(), topic.partitions()));
            }
            if (config != null) {
                compare(topic, config, problems);
            }
        }
        if (!problems.isEmpty()) {
            problems.sort(null);
            throw new WrongTopics(problems);
        }
    }

    private static void compare(Topic topic, Config found, List<String> problems) {
        topic.config().forEach((setting, wanted) -> {
            ConfigEntry entry = found.get(setting);
            String value = entry == null ? null : entry.value();
            if (!wanted.equals(value)) {
                problems.add("topic %s has %s=%s, not %s".formatted(topic.name(), setting, value, wanted));
            }
        });
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka did not answer within " + TIMEOUT, e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
