package dev.shiplog.store.materialise;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryClient;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.broker.Credentials;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.ViewsHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a materialiser does between two looks at its membership, in a process that a test may stop: it takes over, puts
/// out a round of changes, takes the next round in hand, and sends that only when it is let go. Arguments: credentials
/// directory, registry URL, the file that lets it go, changes in a round.
public final class ZombieChildMain {
    private ZombieChildMain() {}

    public static void main(String[] args) throws Exception {
        var endpoint = Credentials.endpoint(Path.of(args[0]), KafkaUser.STORE);
        Path go = Path.of(args[2]);
        int round = Integer.parseInt(args[3]);
        ViewsHost views = ViewsHost.start(endpoint, TestCluster.PATIENCE, System.out::println);
        Feed feed = new Feed();
        feed.subscribed(views.of(StoreName.MAIN).view().follow(-1, feed));
        var registry = new RegistryClient(new RegistryEndpoint(args[1], "registry", "secret"));
        var core = new MaterialiserCore(
                StoreName.MAIN, TestCluster.PARTITIONS, new KafkaOutputWriter(endpoint, StoreName.MAIN, registry));
        core.takeOver();
        core.load(State.EMPTY);
        try {
            send(core, take(feed, round));
            System.out.println("materialised");
            List<Feed.Arrived> inHand = take(feed, round);
            System.out.println("holding");
            while (!Files.exists(go)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            send(core, inHand);
            System.out.println("not fenced");
        } catch (Fenced e) {
            System.out.println("fenced");
        }
        TimeUnit.HOURS.sleep(1);
    }

    private static void send(MaterialiserCore core, List<Feed.Arrived> records) throws Fenced {
        for (Feed.Arrived arrived : records) {
            core.accept(arrived.record());
        }
        core.commit();
    }

    /// Records until so many objects have changed; internal keys do not count.
    private static List<Feed.Arrived> take(Feed feed, int changes) throws InterruptedException {
        List<Feed.Arrived> records = new ArrayList<>();
        long left = changes;
        while (left > 0) {
            for (Feed.Arrived arrived : feed.poll(Duration.ofMillis(100), 1)) {
                records.add(arrived);
                left -= arrived.record().changes().stream()
                        .filter(change -> change.key().group().isEmpty())
                        .count();
            }
        }
        return records;
    }
}
