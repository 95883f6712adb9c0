package dev.shiplog.api.bootstrap;

import dev.shiplog.api.fields.FieldEventWriter;
import dev.shiplog.api.fields.HonoursRegistry;
import dev.shiplog.api.http.ApiHandler;
import dev.shiplog.api.requests.RequestAdmission;
import dev.shiplog.api.requests.RequestsFollower;
import dev.shiplog.api.resource.ResourceServer;
import dev.shiplog.api.resource.Writes;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.KafkaEndpoint;
import java.util.function.Consumer;

/// Runs all of an API server that is about objects: makes sure of the initial ones, serves them, and admits the
/// requests of components.
public final class ResourceHost implements AutoCloseable {
    private final ResourceServer server;
    private final FieldEventWriter fields;
    private final RequestsFollower requests;

    /// What it needs.
    ///
    /// @param certificate of the cluster's certificate authority, as PEM
    /// @param unsupported counts a field that an object sets and nothing honours
    public record Settings(
            ResourceServer.Needs needs,
            KafkaEndpoint kafka,
            String certificate,
            ApiAddress address,
            Consumer<String> unsupported) {}

    private ResourceHost(ResourceServer server, FieldEventWriter fields, RequestsFollower requests) {
        this.server = server;
        this.fields = fields;
        this.requests = requests;
    }

    /// Returns once the initial objects are there.
    public static ResourceHost start(Settings settings) throws InterruptedException {
        ResourceServer.Needs needs = settings.needs();
        Catalog catalog = needs.codec().catalog();
        Writes writes = ResourceServer.writes(needs);
        new Bootstrap(writes, catalog, needs.clock()).run(settings.certificate(), settings.address());
        FieldEventWriter fields = FieldEventWriter.start(
                writes,
                HonoursRegistry.load(ResourceHost.class.getClassLoader()),
                catalog,
                needs.clock(),
                settings.unsupported());
        ResourceServer server = ResourceServer.start(needs, writes, fields);
        RequestsFollower requests = RequestsFollower.start(
                settings.kafka(),
                settings.address().instance(),
                new RequestAdmission(writes, needs.codec(), needs.clock()));
        return new ResourceHost(server, fields, requests);
    }

    /// Answers requests about objects.
    public ApiHandler handler() {
        return server;
    }

    @Override
    public void close() {
        requests.close();
        server.close();
        fields.close();
    }
}
