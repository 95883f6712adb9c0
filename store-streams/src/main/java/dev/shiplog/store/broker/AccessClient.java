package dev.shiplog.store.broker;

import dev.shiplog.schemas.KafkaEndpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Puts permissions in force on a broker.
final class AccessClient {
    private final KafkaEndpoint endpoint;

    AccessClient(KafkaEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /// Makes exactly these permissions hold: what is missing is added, what an earlier version left behind is
    /// removed.
    void ensure(List<Permission> permissions) {
        List<AclBinding> wanted = new ArrayList<>();
        permissions.forEach(permission -> wanted.addAll(bindings(permission)));
        try (Admin admin = Admin.create(endpoint.settings())) {
            Collection<AclBinding> present =
                    admin.describeAcls(AclBindingFilter.ANY).values().get();
            List<AclBinding> missing =
                    wanted.stream().filter(acl -> !present.contains(acl)).toList();
            Set<AclBinding> known = Set.copyOf(wanted);
            List<AclBindingFilter> stale = present.stream()
                    .filter(acl -> !known.contains(acl))
                    .map(AclBinding::toFilter)
                    .toList();
            if (!missing.isEmpty()) {
                admin.createAcls(missing).all().get();
            }
            if (!stale.isEmpty()) {
                admin.deleteAcls(stale).all().get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while the broker's permissions were set", e);
        } catch (ExecutionException e) {
            throw new KafkaException("the broker's permissions could not be set: " + e.getCause(), e);
        }
    }

    private static List<AclBinding> bindings(Permission permission) {
        ResourcePattern pattern = new ResourcePattern(type(permission.what()), permission.name(), match(permission));
        return permission.operations().stream()
                .map(operation -> new AclBinding(
                        pattern,
                        new AccessControlEntry(
                                "User:" + permission.user().text(),
                                "*",
                                operation(operation),
                                AclPermissionType.ALLOW)))
                .toList();
    }

    private static PatternType match(Permission permission) {
        return switch (permission.match()) {
            case EXACT, ANY -> PatternType.LITERAL;
            case PREFIX -> PatternType.PREFIXED;
        };
    }

    private static ResourceType type(Permission.What what) {
        return switch (what) {
            case TOPIC -> ResourceType.TOPIC;
            case GROUP -> ResourceType.GROUP;
            case TRANSACTIONAL_ID -> ResourceType.TRANSACTIONAL_ID;
            case CLUSTER -> ResourceType.CLUSTER;
        };
    }

    private static AclOperation operation(Permission.Operation operation) {
        return switch (operation) {
            case READ -> AclOperation.READ;
            case WRITE -> AclOperation.WRITE;
            case CREATE -> AclOperation.CREATE;
            case DELETE -> AclOperation.DELETE;
            case DESCRIBE -> AclOperation.DESCRIBE;
            case DESCRIBE_CONFIGS -> AclOperation.DESCRIBE_CONFIGS;
            case CLUSTER_ACTION -> AclOperation.CLUSTER_ACTION;
        };
    }
}
