package dev.shiplog.api.auth;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.StatusException;
import java.util.List;

/// Says what a caller may do: the admin everything, a node what its pods need, a component what its work needs,
/// anyone with an account discovery and health.
public final class Authorizer {
    private static final Decision ALLOWED = new Decision.Allowed();
    private static final Decision NO_RULE = new Decision.Denied("");
    private static final List<String> OPEN = List.of(
            "/healthz",
            "/livez",
            "/readyz",
            "/version",
            "/api",
            "/apis",
            "/openapi",
            "/openid/v1/jwks",
            "/.well-known/openid-configuration");

    private final NodeRules nodes;

    public Authorizer(NodeGraph graph) {
        this.nodes = new NodeRules(graph);
    }

    public Decision decide(Identity caller, Access access) {
        if (caller.memberOf(Identity.MASTERS)) {
            return ALLOWED;
        }
        if (!access.path().isEmpty()) {
            return open(access) ? ALLOWED : NO_RULE;
        }
        String node = caller.nodeName();
        if (!node.isEmpty()) {
            return nodes.decide(node, access);
        }
        // Components ask through the topic of requests; who shows a token is a pod, whatever its account is called.
        return caller.memberOf(Identity.SERVICE_ACCOUNTS) ? NO_RULE : component(caller.user(), access);
    }

    /// What a component of the system may do, under the service account that bears its name.
    public static Decision component(String user, Access access) {
        return ComponentRules.allow(user, access) ? ALLOWED : NO_RULE;
    }

    /// Refuses what is not allowed.
    ///
    /// @throws StatusException 403
    public void check(Identity caller, Access access) {
        if (decide(caller, access) instanceof Decision.Denied denied) {
            ApiStatus status = Decision.forbidden(caller, access, denied);
            throw new StatusException(status);
        }
    }

    private static boolean open(Access access) {
        boolean read = access.verb().equals("get") || access.verb().equals("head");
        return read
                && OPEN.stream()
                        .anyMatch(path ->
                                access.path().equals(path) || access.path().startsWith(path + "/"));
    }
}
