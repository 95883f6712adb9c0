package dev.shiplog.api.resource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.api.ApiCluster;
import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Result;
import dev.shiplog.store.TransactionDraft;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An informer of the most used Java client, over the real server, whose connection dies at the worst moment.
@Tag("full")
class InformerTest {
    private static final int OBJECTS = 50;

    @TempDir
    Path directory;

    @Test
    void anInformerWhoseConnectionIsKilledInsideATransactionLosesNothing() throws Exception {
        try (var cluster = ApiCluster.start(directory);
                var between = new CuttingServer(cluster.server().port())) {
            String kubeconfig = Files.readString(cluster.kubeconfig())
                    .replace(":" + cluster.server().port(), ":" + between.port());
            Config config = Config.fromKubeconfig(kubeconfig);
            config.setClientKeyAlgo("EC");
            try (KubernetesClient client =
                    new KubernetesClientBuilder().withConfig(config).build()) {
                assertThat(cluster.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"n\"}}")
                                .statusCode())
                        .isEqualTo(201);
                Map<String, String> seen = new ConcurrentHashMap<>();
                var added = new ConcurrentLinkedQueue<String>();
                var informer = client.configMaps().inNamespace("n").inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(io.fabric8.kubernetes.api.model.ConfigMap map) {
                        added.add(map.getMetadata().getName());
                        seen.put(map.getMetadata().getName(), map.getData().get("k"));
                    }

                    @Override
                    public void onUpdate(
                            io.fabric8.kubernetes.api.model.ConfigMap old,
                            io.fabric8.kubernetes.api.model.ConfigMap map) {
                        seen.put(map.getMetadata().getName(), map.getData().get("k"));
                    }

                    @Override
                    public void onDelete(io.fabric8.kubernetes.api.model.ConfigMap map, boolean unknown) {
                        seen.remove(map.getMetadata().getName());
                    }
                });
                append(cluster.main(), "before", 1);
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> seen.containsKey("before-0"));

                between.cutAfter(6_000);
                append(cluster.main(), "m", OBJECTS);

                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() == OBJECTS + 1);
                assertThat(between.cuts()).isEqualTo(1);
                assertThat(added).hasSize(OBJECTS + 1).doesNotHaveDuplicates();
                assertThat(informer.getStore().list()).hasSize(OBJECTS + 1);
                informer.close();
            }
        }
    }

    /// Appends one transaction that creates so many ConfigMaps.
    private static void append(Appender journal, String prefix, int count) throws InterruptedException {
        List<Mutation> mutations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = prefix + "-" + i;
            ConfigMap map = ConfigMap.builder()
                    .metadata(ObjectMeta.builder()
                            .namespace("n")
                            .name(name)
                            .uid(UUID.randomUUID().toString())
                            .creationTimestamp(Instant.EPOCH)
                            .build())
                    .data(Map.of("k", name))
                    .build();
            mutations.add(Mutation.builder()
                    .key(new Key("", "configmaps", "n", name))
                    .operation(Operation.PUT)
                    .verb("create")
                    .schema(ConfigMap.TYPE.fingerprint())
                    .value(Binary.encode(map))
                    .build());
        }
        Result result = journal.append(new TransactionDraft(
                UUID.randomUUID(), Origin.builder().actor("test").build(), List.of(), mutations));
        assertThat(result).isInstanceOf(Result.Committed.class);
    }
}
