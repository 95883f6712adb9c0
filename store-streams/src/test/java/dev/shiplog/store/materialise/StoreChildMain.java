package dev.shiplog.store.materialise;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.RegistryEndpoint;
import dev.shiplog.store.broker.Credentials;
import dev.shiplog.store.broker.KafkaUser;
import dev.shiplog.store.kafka.TestCluster;
import dev.shiplog.store.kafka.ViewsHost;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The role `store` in a process that a test may stop. Arguments: credentials directory, registry URL.
public final class StoreChildMain {
    private StoreChildMain() {}

    public static void main(String[] args) throws Exception {
        Path credentials = Path.of(args[0]);
        ViewsHost views = ViewsHost.start(
                Credentials.endpoint(credentials, KafkaUser.STORE), TestCluster.PATIENCE, System.out::println);
        StoreHost store = StoreHost.start(
                StoreSettings.of(TestCluster.PARTITIONS),
                Credentials.endpoint(credentials, KafkaUser.STORE),
                new RegistryEndpoint(args[1], "registry", "secret"),
                views);
        boolean said = false;
        while (true) {
            if (!said && store.materialiser(StoreName.MAIN).working()) {
                System.out.println("working");
                said = true;
            } else if (said && !store.materialiser(StoreName.MAIN).working()) {
                System.out.println("no longer working");
                said = false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
