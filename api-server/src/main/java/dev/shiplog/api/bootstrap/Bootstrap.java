package dev.shiplog.api.bootstrap;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.resource.Author;
import dev.shiplog.api.resource.Origins;
import dev.shiplog.api.resource.Writes;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.Typed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Makes sure of the objects that a cluster begins with. Every instance does so at its start: what is there is left
/// alone, except for where the API server is.
public final class Bootstrap {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Writes writes;
    private final Catalog catalog;
    private final InstantSource clock;

    public Bootstrap(Writes writes, Catalog catalog, InstantSource clock) {
        this.writes = writes;
        this.catalog = catalog;
        this.clock = clock;
    }

    /// Returns once all of them are there.
    ///
    /// @param certificate of the cluster's certificate authority, as PEM
    public void run(String certificate, ApiAddress address) throws InterruptedException {
        Instant now = clock.instant();
        Author author = Origins.ofServer("bootstrap", now);
        Instant deadline = now.plus(PATIENCE);
        for (String namespace : InitialObjects.NAMESPACES) {
            writes.createIfAbsent(object(InitialObjects.namespace(namespace)), author, deadline);
            writes.createIfAbsent(object(InitialObjects.account(namespace)), author, deadline);
            writes.put(object(InitialObjects.rootCertificate(namespace, certificate)), author, deadline);
        }
        writes.createIfAbsent(object(InitialObjects.service(address)), author, deadline);
        writes.put(object(InitialObjects.endpoints(address)), author, deadline);
        writes.put(object(InitialObjects.slice(address)), author, deadline);
    }

    private ApiObject object(Typed content) {
        Kind kind = catalog.byFullName(content.getSchema().getFullName());
        if (kind == null) {
            throw new AssertionError("no kind for " + content.getSchema().getFullName());
        }
        return new ApiObject(kind, content);
    }
}
