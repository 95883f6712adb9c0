package dev.shiplog.store.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// One line of who may do what on the embedded broker.
///
/// @param what the kind of resource
/// @param name of the resource, or its beginning
record Permission(KafkaUser user, What what, String name, Match match, Set<Operation> operations) {

    enum What {
        TOPIC,
        GROUP,
        TRANSACTIONAL_ID,
        CLUSTER
    }

    enum Match {
        EXACT,
        PREFIX,
        ANY
    }

    enum Operation {
        READ,
        WRITE,
        CREATE,
        DELETE,
        DESCRIBE,
        DESCRIBE_CONFIGS,
        /// To end transactions that hang.
        CLUSTER_ACTION
    }

    /// Only the API server writes journals, only the store its outputs, only components requests; agents read
    /// what they act on; the admin reads everything.
    static final List<Permission> ALL = all();

    private static List<Permission> all() {
        List<Permission> all = new ArrayList<>();
        topics(all, KafkaUser.API_SERVER, writes("journal", "journal-ephemeral"));
        topics(all, KafkaUser.API_SERVER, reads("checkpoints", "checkpoints-ephemeral", "requests", "progress"));
        groups(all, KafkaUser.API_SERVER);

        topics(all, KafkaUser.STORE, writes("objects", "assignments", "routes", "progress"));
        prefixed(all, KafkaUser.STORE, "objects.", Operation.READ, Operation.WRITE, Operation.DESCRIBE);
        for (String journal : List.of("journal", "journal-ephemeral")) {
            all.add(exact(KafkaUser.STORE, journal, Operation.READ, Operation.DELETE, Operation.DESCRIBE));
        }
        for (String checkpoints : List.of("checkpoints", "checkpoints-ephemeral")) {
            all.add(exact(
                    KafkaUser.STORE,
                    checkpoints,
                    Operation.READ,
                    Operation.WRITE,
                    Operation.DELETE,
                    Operation.DESCRIBE));
        }
        all.add(cluster(KafkaUser.STORE, Operation.CREATE, Operation.DESCRIBE, Operation.CLUSTER_ACTION));
        all.add(new Permission(
                KafkaUser.STORE, What.TOPIC, "*", Match.ANY, Set.of(Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)));
        all.add(transactional(KafkaUser.STORE, "shiplog-materialiser", Match.PREFIX));
        groups(all, KafkaUser.STORE);

        topics(all, KafkaUser.COMPONENTS, writes("requests"));
        topics(
                all,
                KafkaUser.COMPONENTS,
                reads("journal", "journal-ephemeral", "checkpoints", "checkpoints-ephemeral"));
        topics(all, KafkaUser.COMPONENTS, reads("objects", "progress"));
        prefixed(all, KafkaUser.COMPONENTS, "objects.", Operation.READ, Operation.DESCRIBE);
        prefixed(
                all,
                KafkaUser.COMPONENTS,
                "shiplog-",
                Operation.READ,
                Operation.WRITE,
                Operation.CREATE,
                Operation.DELETE,
                Operation.DESCRIBE,
                Operation.DESCRIBE_CONFIGS);
        groups(all, KafkaUser.COMPONENTS);

        all.add(exact(
                KafkaUser.REGISTRY,
                "_schemas",
                Operation.READ,
                Operation.WRITE,
                Operation.CREATE,
                Operation.DESCRIBE,
                Operation.DESCRIBE_CONFIGS));
        all.add(cluster(KafkaUser.REGISTRY, Operation.CLUSTER_ACTION));
        all.add(transactional(KafkaUser.REGISTRY, "shiplog-registry", Match.PREFIX));

        topics(all, KafkaUser.AGENTS, reads("assignments", "routes"));

        all.add(new Permission(
                KafkaUser.ADMIN,
                What.TOPIC,
                "*",
                Match.ANY,
                Set.of(Operation.READ, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)));
        all.add(new Permission(
                KafkaUser.ADMIN, What.GROUP, "*", Match.ANY, Set.of(Operation.READ, Operation.DESCRIBE)));
        all.add(cluster(KafkaUser.ADMIN, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS));
        return List.copyOf(all);
    }

    private record Use(List<String> names, Set<Operation> operations) {}

    private static Use writes(String... names) {
        return new Use(List.of(names), Set.of(Operation.READ, Operation.WRITE, Operation.DESCRIBE));
    }

    private static Use reads(String... names) {
        return new Use(List.of(names), Set.of(Operation.READ, Operation.DESCRIBE));
    }

    private static void topics(List<Permission> all, KafkaUser user, Use use) {
        use.names().forEach(name -> all.add(new Permission(user, What.TOPIC, name, Match.EXACT, use.operations())));
    }

    private static void prefixed(List<Permission> all, KafkaUser user, String prefix, Operation... operations) {
        all.add(new Permission(user, What.TOPIC, prefix, Match.PREFIX, Set.copyOf(Arrays.asList(operations))));
    }

    private static Permission exact(KafkaUser user, String topic, Operation... operations) {
        return new Permission(user, What.TOPIC, topic, Match.EXACT, Set.copyOf(Arrays.asList(operations)));
    }

    private static Permission cluster(KafkaUser user, Operation... operations) {
        return new Permission(user, What.CLUSTER, "kafka-cluster", Match.EXACT, Set.copyOf(Arrays.asList(operations)));
    }

    private static Permission transactional(KafkaUser user, String id, Match match) {
        return new Permission(user, What.TRANSACTIONAL_ID, id, match, Set.of(Operation.WRITE, Operation.DESCRIBE));
    }

    private static void groups(List<Permission> all, KafkaUser user) {
        all.add(new Permission(
                user,
                What.GROUP,
                "shiplog-",
                Match.PREFIX,
                Set.of(Operation.READ, Operation.DESCRIBE, Operation.DELETE)));
    }
}
