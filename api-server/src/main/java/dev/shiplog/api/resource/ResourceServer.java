package dev.shiplog.api.resource;

import dev.shiplog.api.admission.Admission;
import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.admission.DefaultTolerations;
import dev.shiplog.api.admission.NamespaceLifecycle;
import dev.shiplog.api.admission.NodeRestriction;
import dev.shiplog.api.admission.ServiceAccounts;
import dev.shiplog.api.allocate.PodCidrAllocation;
import dev.shiplog.api.allocate.ServiceAllocation;
import dev.shiplog.api.auth.TokenIssuer;
import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Kind;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/// Serves the objects of every kind in the catalogue: the one door of this package. What it needs of the outside
/// comes in through [Needs].
public final class ResourceServer implements ApiHandler, AutoCloseable {
    private static final List<Admission> ADMISSIONS =
            List.of(new NodeRestriction(), new NamespaceLifecycle(), new ServiceAccounts(), new DefaultTolerations());
    private static final List<Admission> ALLOCATIONS = List.of(new ServiceAllocation(), new PodCidrAllocation());

    private final Codec codec;
    private final Reads reads;
    private final Watches watches;
    private final ObjectWrites objects;
    private final TokenRequests tokens;

    /// What the outside gives.
    ///
    /// @param random draws uids, names and addresses: must be hard to guess and safe for any thread
    public record Needs(
            Stores stores,
            Codec codec,
            InstantSource clock,
            RandomGenerator random,
            TokenIssuer issuer,
            WatchGauge gauge) {}

    private ResourceServer(Needs needs, Writes writes, FieldReporter reporter) {
        this.codec = needs.codec();
        Stores stores = needs.stores();
        this.reads = new Reads(stores, writes, codec, needs.clock());
        this.watches = new Watches(
                WatchFollower.start(stores.views().main(), stores.pasts().main(), needs.gauge()),
                WatchFollower.start(stores.views().ephemeral(), stores.pasts().ephemeral(), needs.gauge()),
                reads,
                writes,
                codec,
                needs.random());
        this.objects = new ObjectWrites(writes, codec, needs.clock(), reporter);
        this.tokens = new TokenRequests(needs.issuer(), writes, codec, needs.clock());
    }

    public static ResourceServer start(Needs needs, Writes writes, FieldReporter reporter) {
        return new ResourceServer(needs, writes, reporter);
    }

    /// The way into the journal that HTTP, requests of components and the bootstrap share.
    public static Writes writes(Needs needs) {
        return new Writes(
                needs.stores(),
                new Planner(needs.codec(), ADMISSIONS, ALLOCATIONS),
                needs.codec(),
                needs.clock(),
                needs.random());
    }

    @Override
    public ApiResponse handle(ApiRequest request) throws InterruptedException {
        RequestInfo info = request.info();
        Kind kind = codec.catalog().byResource(info.group(), info.version(), info.resource());
        if (kind == null || (!kind.namespaced() && namespacedPath(info))) {
            throw notFound(info);
        }
        if (!info.subresource().isEmpty()) {
            return subresource(request, info, kind);
        }
        if (!kind.verbs().contains(info.verb())) {
            throw notAllowed(info);
        }
        boolean everywhere = kind.namespaced() && info.namespace().isEmpty();
        if (everywhere && !List.of("list", "watch").contains(info.verb())) {
            throw notAllowed(info);
        }
        if (kind.store() == null) {
            return unstored(request, info, kind);
        }
        Key key = ApiObject.key(kind, info.namespace(), info.name());
        return switch (info.verb()) {
            case "get" -> reads.get(request, kind, key);
            case "list" -> reads.list(request, kind);
            case "watch" -> watches.watch(request, kind);
            case "create" -> {
                if (!info.collection()) {
                    throw notAllowed(info);
                }
                yield objects.create(request, kind);
            }
            case "update" -> objects.update(request, kind, named(key, info), "");
            case "patch" -> objects.patch(request, kind, named(key, info), "");
            case "delete" -> objects.delete(request, kind, named(key, info));
            case "deletecollection" -> objects.deleteCollection(request, kind);
            default -> throw notAllowed(info);
        };
    }

    private static boolean namespacedPath(RequestInfo info) {
        return !info.namespace().isEmpty() && !info.resource().equals("namespaces");
    }

    private static Key named(Key key, RequestInfo info) {
        if (info.collection()) {
            throw notAllowed(info);
        }
        return key;
    }

    /// Bindings may be posted without naming the pod in the path.
    private ApiResponse unstored(ApiRequest request, RequestInfo info, Kind kind) throws InterruptedException {
        if (kind.kind().equals("Binding") && info.collection()) {
            return objects.bind(request, resource(info, "pods"), kind, "");
        }
        throw notAllowed(info);
    }

    private ApiResponse subresource(ApiRequest request, RequestInfo info, Kind kind) throws InterruptedException {
        Kind.Subresource subresource = kind.subresource(info.subresource());
        if (subresource == null || info.parts().size() != 3) {
            throw notFound(info);
        }
        if (!subresource.verbs().contains(info.verb())) {
            throw notAllowed(info);
        }
        Key key = ApiObject.key(kind, info.namespace(), info.name());
        String name = info.subresource();
        return switch (info.verb()) {
            case "get" ->
                name.equals("scale")
                        ? objects.scaleOf(request, kind, reads.entry(request, kind, key))
                        : reads.get(request, kind, key);
            case "update" -> objects.update(request, kind, key, name);
            case "patch" -> objects.patch(request, kind, key, name);
            case "create" ->
                switch (name) {
                    case "binding" -> objects.bind(request, kind, resource(info, "bindings"), info.name());
                    case "eviction" -> objects.evict(request, kind, key);
                    case "token" -> tokens.create(request, key);
                    default -> throw notAllowed(info);
                };
            default -> throw notAllowed(info);
        };
    }

    private Kind resource(RequestInfo info, String plural) {
        Kind kind = codec.catalog().byResource(info.group(), info.version(), plural);
        if (kind == null) {
            throw notFound(info);
        }
        return kind;
    }

    private static StatusException notFound(RequestInfo info) {
        return new StatusException(ApiStatus.resourceNotFound(info.group(), info.resource(), info.name()));
    }

    private static StatusException notAllowed(RequestInfo info) {
        return new StatusException(ApiStatus.methodNotAllowed(info.group(), info.resource()));
    }

    @Override
    public void close() {
        watches.close();
    }
}
