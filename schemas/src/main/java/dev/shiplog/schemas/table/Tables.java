package dev.shiplog.schemas.table;

import dev.shiplog.schemas.Kind;
import java.time.Instant;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// The table of every kind.
public final class Tables {
    private Tables() {}

    static Shape shape(Kind kind) {
        return switch (kind.apiVersion() + "/" + kind.kind()) {
            case "v1/Pod" -> PodTable.SHAPE;
            case "v1/Node" -> NodeTable.SHAPE;
            case "v1/Service" -> ServiceTable.SHAPE;
            case "v1/Endpoints" -> EndpointTables.ENDPOINTS;
            case "v1/ConfigMap" -> ConfigTables.CONFIG_MAPS;
            case "v1/Secret" -> ConfigTables.SECRETS;
            case "v1/ServiceAccount" -> ConfigTables.SERVICE_ACCOUNTS;
            case "v1/Event" -> EventTable.SHAPE;
            case "apps/v1/Deployment" -> WorkloadTables.DEPLOYMENTS;
            case "apps/v1/ReplicaSet" -> WorkloadTables.REPLICA_SETS;
            case "apps/v1/ControllerRevision" -> WorkloadTables.CONTROLLER_REVISIONS;
            case "discovery.k8s.io/v1/EndpointSlice" -> EndpointTables.SLICES;
            default -> new SchemaShape(kind.schema());
        };
    }

    public static List<Column> columns(Kind kind) {
        return shape(kind).columns();
    }

    /// The cells of one object, in the order of the columns: String, Integer, Long, Boolean or null.
    public static List<@Nullable Object> cells(Kind kind, IndexedRecord object, Instant now) {
        return shape(kind).cells(object, now);
    }
}
