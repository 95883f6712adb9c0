package dev.shiplog.api.admission;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Objects are created only in namespaces that exist and are open. A namespace is open while its key `~/open` is
/// present: creates in the store `main` carry a guard on it, so none can slip in after the transaction that closes it.
public final class NamespaceLifecycle implements Admission {
    private static final String TERMINATING = "NamespaceTerminating";

    @Override
    public ApiObject admit(Attempt attempt) {
        ApiObject object = attempt.object();
        if (attempt.creates() && attempt.of("", "namespaces")) {
            attempt.draft().open(Keys.open(object.meta().name()));
        } else if (attempt.creates() && object.kind().namespaced()) {
            demandOpen(attempt, object.kind(), object.meta().namespace());
        }
        return object;
    }

    private static void demandOpen(Attempt attempt, Kind kind, String namespace) {
        Key open = Keys.open(namespace);
        boolean main = kind.store() == StoreName.MAIN;
        if (find(attempt, open, main) == null) {
            if (find(attempt, new Key("", "namespaces", "", namespace), main) == null) {
                throw new StatusException(ApiStatus.notFound("", "namespaces", namespace));
            }
            throw new StatusException(ApiStatus.forbidden(
                    kind.group(),
                    kind.plural(),
                    attempt.object().meta().name(),
                    "unable to create new content in namespace " + namespace + " because it is being terminated",
                    List.of(new ApiStatus.Cause(
                            TERMINATING, "namespace " + namespace + " is being terminated", "metadata.namespace"))));
        }
        if (main) {
            attempt.draft().demandPresent(open);
        }
    }

    private static @Nullable Entry find(Attempt attempt, Key key, boolean main) {
        return main ? attempt.draft().get(key) : attempt.circumstances().main().get(key);
    }
}
