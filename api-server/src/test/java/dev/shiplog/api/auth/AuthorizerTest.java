package dev.shiplog.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.api.http.Identity;
import dev.shiplog.api.http.StatusException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthorizerTest {
    private static final Identity NODE = Identity.of("system:node:n1", "system:nodes", "system:authenticated");
    private static final Identity ACCOUNT =
            Identity.of("system:serviceaccount:default:robot", "system:serviceaccounts", "system:authenticated");

    private final Authorizer authorizer = new Authorizer(new NodeGraph() {
        private final Set<String> used =
                Set.of("SECRET default/mine", "CONFIG_MAP default/mine", "SERVICE_ACCOUNT default/mine");

        @Override
        public boolean runs(String node, String namespace, String pod) {
            return node.equals("n1") && namespace.equals("default") && pod.equals("mine");
        }

        @Override
        public boolean uses(String node, Reference kind, String namespace, String name) {
            return node.equals("n1") && used.contains("%s %s/%s".formatted(kind, namespace, name));
        }
    });

    @ParameterizedTest(name = "{0} {1}/{2} {3}/{4} {5} -> {6}")
    @CsvSource(delimiter = '|', textBlock = """
            create | ''  | nodes               | ''              | ''    | ''                | true
            get    | ''  | nodes               | ''              | n1    | ''                | true
            get    | ''  | nodes               | ''              | n2    | ''                | false
            list   | ''  | nodes               | ''              | ''    | ''                | false
            patch  | ''  | nodes/status        | ''              | n1    | ''                | true
            patch  | ''  | nodes/status        | ''              | n2    | ''                | false
            delete | ''  | nodes               | ''              | n1    | ''                | false
            update | coordination.k8s.io | leases | kube-node-lease | n1  | ''                | true
            update | coordination.k8s.io | leases | kube-node-lease | n2  | ''                | false
            update | coordination.k8s.io | leases | default         | n1  | ''                | false
            list   | ''  | pods                | ''              | ''    | spec.nodeName=n1  | true
            list   | ''  | pods                | ''              | ''    | spec.nodeName=n2  | false
            list   | ''  | pods                | ''              | ''    | ''                | false
            get    | ''  | pods                | default         | mine  | ''                | true
            get    | ''  | pods                | default         | other | ''                | false
            patch  | ''  | pods/status         | default         | mine  | ''                | true
            patch  | ''  | pods/status         | default         | other | ''                | false
            patch  | ''  | pods                | default         | mine  | ''                | false
            delete | ''  | pods                | default         | mine  | ''                | true
            create | ''  | pods/binding        | default         | mine  | ''                | false
            get    | ''  | secrets             | default         | mine  | ''                | true
            get    | ''  | secrets             | default         | other | ''                | false
            list   | ''  | secrets             | default         | ''    | ''                | false
            update | ''  | secrets             | default         | mine  | ''                | false
            watch  | ''  | configmaps          | default         | mine  | metadata.name=mine | true
            create | ''  | serviceaccounts/token | default       | mine  | ''                | true
            create | ''  | serviceaccounts/token | default       | other | ''                | false
            create | ''  | events              | default         | ''    | ''                | true
            list   | ''  | services            | ''              | ''    | ''                | true
            create | ''  | services            | default         | ''    | ''                | false
            list   | apps | deployments        | ''              | ''    | ''                | false
            """)
    void aNodeMayDoWhatItsPodsNeed(
            String verb, String group, String resource, String namespace, String name, String fields, boolean allowed) {
        String[] parts = resource.split("/", -1);
        var access = new Access(verb, "", group, parts[0], parts.length > 1 ? parts[1] : "", namespace, name, fields);

        assertThat(authorizer.decide(NODE, access) instanceof Decision.Allowed).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "/api,true", "/api/v1,true", "/apis/apps/v1,true", "/openapi/v3,true", "/version,true", "/healthz/ping,true",
        "/livez,true", "/openid/v1/jwks,true", "/metrics,false", "/logs,false", "/apiserver,false", "/,false"
    })
    void anyoneWithAnAccountMayReadDiscoveryAndHealth(String path, boolean allowed) {
        assertThat(authorizer.decide(ACCOUNT, path("get", path)) instanceof Decision.Allowed)
                .isEqualTo(allowed);
        assertThat(authorizer.decide(ACCOUNT, path("post", path))).isInstanceOf(Decision.Denied.class);
    }

    @Test
    void anAccountMayTouchNoResource() {
        assertThat(authorizer.decide(ACCOUNT, Access.of("get", "", "pods", "", "default", "p")))
                .isInstanceOf(Decision.Denied.class);
    }

    @Test
    void theAdminMayAll() {
        Identity admin = Identity.of("shiplog-admin", "system:masters");

        assertThat(authorizer.decide(admin, path("delete", "/anything"))).isInstanceOf(Decision.Allowed.class);
        assertThat(authorizer.decide(admin, Access.of("delete", "", "nodes", "", "", "n1")))
                .isInstanceOf(Decision.Allowed.class);
    }

    @Test
    void aNameWithoutTheGroupIsNoNode() {
        Identity pretender = Identity.of("system:node:n1", "system:authenticated");

        assertThat(authorizer.decide(pretender, Access.of("get", "", "nodes", "", "", "n1")))
                .isInstanceOf(Decision.Denied.class);
    }

    @Test
    void aComponentMayDoItsWorkAndNoOther() {
        Identity scheduler = Identity.of("system:serviceaccount:kube-system:default-scheduler");
        Identity elsewhere = Identity.of("system:serviceaccount:default:default-scheduler");
        Access binding = Access.of("create", "", "pods", "binding", "default", "p");

        assertThat(authorizer.decide(scheduler, binding)).isInstanceOf(Decision.Allowed.class);
        assertThat(authorizer.decide(elsewhere, binding)).isInstanceOf(Decision.Denied.class);
        assertThat(authorizer.decide(scheduler, Access.of("delete", "", "pods", "", "default", "p")))
                .isInstanceOf(Decision.Denied.class);
        assertThat(authorizer.decide(scheduler, Access.of("create", "", "events", "", "default", "")))
                .isInstanceOf(Decision.Allowed.class);
    }

    @Test
    void aTokenIsNoComponentWhateverItsAccountIsCalled() {
        Identity bearer = Identity.of("system:serviceaccount:kube-system:default-scheduler", "system:serviceaccounts");

        assertThat(authorizer.decide(bearer, Access.of("create", "", "pods", "binding", "default", "p")))
                .isInstanceOf(Decision.Denied.class);
    }

    @Test
    void aRefusalReadsAsInKubernetes() {
        assertThatThrownBy(() -> authorizer.check(ACCOUNT, Access.of("list", "apps", "deployments", "", "a", "")))
                .isInstanceOfSatisfying(StatusException.class, e -> {
                    assertThat(e.status().code()).isEqualTo(403);
                    assertThat(e.status().message())
                            .isEqualTo(
                                    "deployments.apps is forbidden: User \"system:serviceaccount:default:robot\""
                                            + " cannot list resource \"deployments\" in API group \"apps\" in the namespace \"a\"");
                });
        assertThatThrownBy(() -> authorizer.check(ACCOUNT, Access.of("get", "", "nodes", "status", "", "n")))
                .hasMessage("nodes \"n\" is forbidden: User \"system:serviceaccount:default:robot\" cannot get"
                        + " resource \"nodes/status\" in API group \"\" at the cluster scope");
        assertThatThrownBy(() -> authorizer.check(ACCOUNT, path("get", "/metrics")))
                .hasMessage("forbidden: User \"system:serviceaccount:default:robot\" cannot get path \"/metrics\"");
    }

    private static Access path(String verb, String path) {
        return new Access(verb, path, "", "", "", "", "", "");
    }
}
