package dev.shiplog.schemas.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.Typed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Objects are written as somebody would post them, already defaulted; messages are those that kubectl's users know.
class ValidationTest {
    private static final Catalog CATALOG = Catalog.builtIn();
    private static final String META = "'metadata':{'name':'x','namespace':'n'}";
    private static final String POD_SPEC = "{'containers':[{'name':'c','image':'i'}]}";

    private static Kind kind(String apiVersion, String kind) {
        return Objects.requireNonNull(CATALOG.byApiVersion(apiVersion, kind));
    }

    private static Typed object(Kind kind, String json) {
        var decoded = Json.decode(kind, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertThat(decoded.problems()).isEmpty();
        return decoded.object();
    }

    private static List<String> problems(String apiVersion, String kind, String body) {
        Kind of = kind(apiVersion, kind);
        return Validation.create(of, object(of, "{" + META + "," + body + "}")).stream()
                .map(Cause::text)
                .toList();
    }

    private static List<String> pod(String spec) {
        return problems("v1", "Pod", "'spec':" + spec);
    }

    private static List<String> changed(String apiVersion, String kind, String old, String now) {
        Kind of = kind(apiVersion, kind);
        return Validation.update(
                        of, object(of, "{" + META + "," + old + "}"), object(of, "{" + META + "," + now + "}"), "")
                .stream()
                .map(Cause::text)
                .toList();
    }

    @Test
    void aPlainPodIsValid() {
        assertThat(pod("""
                        {'restartPolicy':'Always','dnsPolicy':'ClusterFirst','terminationGracePeriodSeconds':30,
                         'initContainers':[{'name':'i','image':'i','restartPolicy':'Always','startupProbe':{'exec':{'command':['x']}}}],
                         'containers':[{'name':'c','image':'registry/i:1','imagePullPolicy':'IfNotPresent',
                           'env':[{'name':'A','value':'b'},{'name':'P','valueFrom':{'fieldRef':{'apiVersion':'v1','fieldPath':'metadata.name'}}}],
                           'ports':[{'containerPort':80,'protocol':'TCP','name':'http'}],
                           'resources':{'requests':{'cpu':'100m'},'limits':{'cpu':'1','memory':'1Gi'}},
                           'livenessProbe':{'httpGet':{'path':'/','port':'http','scheme':'HTTP','httpHeaders':[{'name':'X','value':''}]},'successThreshold':1},
                           'volumeMounts':[{'name':'v','mountPath':'/v'}]}],
                         'volumes':[{'name':'v','configMap':{'name':'m','defaultMode':420}}],
                         'tolerations':[{'operator':'Exists'},{'key':'k','operator':'Exists','effect':'NoExecute','tolerationSeconds':300}]}""")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                   | spec.containers: Required value
                    {'containers':[{'name':'c'}]}                        | spec.containers[0].image: Required value
                    {'containers':[{'image':'i'}]}                       | spec.containers[0].name: Required value
                    {'containers':[{'name':'c','image':' i'}]}           | spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace
                    {'containers':[{'name':'c','image':'i'},{'name':'c','image':'i'}]} | spec.containers[1].name: Duplicate value: "c"
                    {'containers':[{'name':'c','image':'i','imagePullPolicy':'Often'}]} | spec.containers[0].imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"
                    {'containers':[{'name':'c','image':'i','ports':[{'containerPort':70000}]}]} | spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive
                    {'containers':[{'name':'c','image':'i','ports':[{}]}]} | spec.containers[0].ports[0].containerPort: Invalid value: 0: must be between 1 and 65535, inclusive
                    {'containers':[{'name':'c','image':'i','volumeMounts':[{'name':'v','mountPath':'/v'}]}]} | spec.containers[0].volumeMounts[0].name: Not found: "v"
                    {'containers':[{'name':'c','image':'i','livenessProbe':{}}]} | spec.containers[0].livenessProbe: Required value: must specify a handler type
                    {'containers':[{'name':'c','image':'i','livenessProbe':{'exec':{'command':['x']},'successThreshold':2}}]} | spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1
                    {'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'2'},'limits':{'cpu':'1'}}}]} | spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1
                    {'containers':[{'name':'c','image':'i','resources':{'limits':{'memory':'-1'}}}]} | spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0
                    {'containers':[{'name':'c','image':'i','env':[{'name':'A','value':'x','valueFrom':{'secretKeyRef':{'name':'s','key':'k'}}}]}]} | spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty
                    {'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'v'}]} | spec.volumes[0]: Required value: must specify a volume type
                    {'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'v','emptyDir':{},'hostPath':{'path':'/'}}]} | spec.volumes[0]: Forbidden: may not specify more than 1 volume type
                    {'containers':[{'name':'c','image':'i'}],'restartPolicy':'Sometimes'} | spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"
                    {'containers':[{'name':'c','image':'i'}],'activeDeadlineSeconds':0} | spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive
                    {'containers':[{'name':'c','image':'i'}],'tolerations':[{'operator':'Equal','value':'v'}]} | spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"
                    {'containers':[{'name':'c','image':'i'}],'dnsPolicy':'None'} | spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None
                    {'containers':[{'name':'c','image':'i'}],'initContainers':[{'name':'i','image':'i','readinessProbe':{'tcpSocket':{'port':1}}}]} | spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always
                    {'containers':[{'name':'c','image':'i','securityContext':{'runAsUser':-1}}]} | spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive
                    """)
    void aWrongPodIsToldWhatIsWrong(String spec, String expected) {
        assertThat(pod(spec)).containsExactly(expected);
    }

    @Test
    void everyCauseIsListedAndTheMessageHoldsThemAll() {
        Kind pods = kind("v1", "Pod");
        var causes = Validation.create(
                pods,
                object(
                        pods,
                        "{'metadata':{'name':'X','namespace':'n'},'spec':{'containers':[{'name':'c'}],'dnsPolicy':'x'}}"));

        assertThat(causes)
                .extracting(Cause::reason)
                .containsExactly("FieldValueInvalid", "FieldValueNotSupported", "FieldValueRequired");
        assertThat(causes)
                .extracting(Cause::field)
                .containsExactly("metadata.name", "spec.dnsPolicy", "spec.containers[0].image");
        assertThat(Validation.message(pods, "X", causes))
                .startsWith("Pod \"X\" is invalid: [metadata.name: Invalid value: \"X\": a lowercase RFC 1123 subdomain"
                        + " must consist of lower case alphanumeric characters, '-' or '.'")
                .endsWith("spec.containers[0].image: Required value]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'namespace':'n'}                                        | metadata.name: Required value: name or generateName is required
                    {'name':'x'}                                             | metadata.namespace: Required value
                    {'name':'..','namespace':'n'}                            | metadata.name: Invalid value: "..": may not be '..'
                    {'name':'x','namespace':'n','finalizers':['x']}          | metadata.finalizers[0]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified
                    {'name':'x','namespace':'n','ownerReferences':[{'apiVersion':'v1','kind':'K','name':'o','uid':''}]} | metadata.ownerReferences[0].uid: Invalid value: "": must not be empty
                    """)
    void metadataHasRulesOfItsOwn(String metadata, String expected) {
        Kind maps = kind("v1", "ConfigMap");
        assertThat(Validation.create(maps, object(maps, "{'metadata':" + metadata + "}")))
                .extracting(Cause::text)
                .containsExactly(expected);
    }

    @Test
    void labelsAnnotationsAndTheirSizeAreChecked() {
        assertThat(problems("v1", "ConfigMap", "'data':{}")).isEmpty();
        Kind maps = kind("v1", "ConfigMap");
        var labels = object(maps, "{'metadata':{'name':'x','namespace':'n','labels':{'-a':'b','c':'d e'}}}");
        assertThat(Validation.create(maps, labels))
                .extracting(Cause::field)
                .containsExactly("metadata.labels", "metadata.labels");
        var large = object(
                maps, "{'metadata':{'name':'x','namespace':'n','annotations':{'a':'" + "v".repeat(256 << 10) + "'}}}");
        assertThat(Validation.create(maps, large))
                .extracting(Cause::text)
                .containsExactly("metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    private static String deployment(String spec) {
        return "'spec':{'replicas':1,'selector':{'matchLabels':{'app':'a'}},'template':{'metadata':{'labels':{'app':'a'}},'spec':"
                + POD_SPEC + "}" + spec + "}";
    }

    @Test
    void aDeploymentsSelectorMustMatchItsTemplate() {
        assertThat(problems("apps/v1", "Deployment", deployment(""))).isEmpty();
        assertThat(problems(
                        "apps/v1",
                        "Deployment",
                        "'spec':{'selector':{'matchLabels':{'app':'b'}},'template':{'metadata':{'labels':{'app':'a'}},'spec':"
                                + POD_SPEC + "}}"))
                .containsExactly(
                        "spec.template.metadata.labels: Invalid value: {\"app\":\"a\"}: `selector` does not match template `labels`");
        assertThat(problems("apps/v1", "Deployment", "'spec':{'template':{'spec':" + POD_SPEC + "}}"))
                .containsExactly("spec.selector: Required value");
        assertThat(problems("apps/v1", "Deployment", "'spec':{'selector':{},'template':{'spec':" + POD_SPEC + "}}"))
                .containsExactly("spec.selector: Invalid value: {}: empty selector is invalid for deployment");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ,'strategy':{'type':'Recreate','rollingUpdate':{}} | spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'
                    ,'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':0,'maxUnavailable':0}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0
                    ,'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1,'maxUnavailable':'101%'}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%
                    ,'replicas':-1                                     | spec.replicas: Invalid value: -1: must be greater than or equal to 0
                    ,'minReadySeconds':600,'progressDeadlineSeconds':600 | spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds
                    """)
    void aDeploymentsStrategyMustBePossible(String spec, String expected) {
        assertThat(problems(
                        "apps/v1",
                        "Deployment",
                        deployment(spec).replace("'replicas':1,", spec.contains("replicas") ? "" : "'replicas':1,")))
                .containsExactly(expected);
    }

    @Test
    void theSelectorOfADeploymentIsImmutable() {
        String now = deployment("").replace("'app':'a'", "'app':'b'");
        Kind of = kind("apps/v1", "Deployment");
        var causes = Validation.update(
                of, object(of, "{" + META + "," + deployment("") + "}"), object(of, "{" + META + "," + now + "}"), "");

        assertThat(Validation.message(of, "x", causes))
                .isEqualTo("Deployment.apps \"x\" is invalid: spec.selector: Invalid value:"
                        + " {\"matchLabels\":{\"app\":\"b\"}}: field is immutable");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'type':'ClusterIP'}                                     | spec.ports: Required value
                    {'type':'ClusterIP','ports':[{'port':80},{'port':81}]}   | spec.ports[0].name: Required value;spec.ports[1].name: Required value
                    {'type':'ClusterIP','ports':[{'port':0}]}                | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
                    {'type':'ClusterIP','ports':[{'port':80,'nodePort':30000}]} | spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
                    {'type':'NodePort','clusterIP':'None','ports':[{'port':80}]} | spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services
                    {'type':'ExternalName'}                                  | spec.externalName: Required value
                    {'type':'Magic','ports':[{'port':80}]}                   | spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
                    {'type':'ClusterIP','clusterIP':'10.0.0.256','ports':[{'port':80}]} | spec.clusterIP: Invalid value: "10.0.0.256": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
                    {'type':'ClusterIP','ports':[{'name':'a','port':80,'protocol':'TCP'},{'name':'b','port':80,'protocol':'TCP'}]} | spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}
                    {'type':'ClusterIP','sessionAffinity':'ClientIP','sessionAffinityConfig':{'clientIP':{'timeoutSeconds':0}},'ports':[{'port':80}]} | spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be between 1 and 86400, inclusive
                    """)
    void aServiceMustFitItsType(String spec, String expected) {
        assertThat(String.join(";", problems("v1", "Service", "'spec':" + spec)))
                .isEqualTo(expected);
    }

    @Test
    void aClusterAddressMayNotChangeOnceSet() {
        String ports = ",'ports':[{'port':80}]}";
        assertThat(changed(
                        "v1",
                        "Service",
                        "'spec':{'type':'ClusterIP','clusterIP':'10.43.0.7','clusterIPs':['10.43.0.7']" + ports,
                        "'spec':{'type':'ClusterIP','clusterIP':'10.43.0.8','clusterIPs':['10.43.0.8']" + ports))
                .containsExactly("spec.clusterIPs[0]: Invalid value: [\"10.43.0.8\"]: may not change once set");
    }

    @Test
    void configMapsAndSecretsHaveKeysTypesAndCanBeFrozen() {
        assertThat(problems("v1", "ConfigMap", "'data':{'a b':'x'}"))
                .singleElement()
                .asString()
                .startsWith("data[a b]: Invalid value: \"a b\": a valid config key must consist of");
        assertThat(changed("v1", "ConfigMap", "'immutable':true,'data':{'a':'b'}", "'data':{'a':'c'}"))
                .containsExactly(
                        "immutable: Forbidden: field is immutable when `immutable` is set",
                        "data: Forbidden: field is immutable when `immutable` is set");
        assertThat(problems("v1", "Secret", "'type':'kubernetes.io/tls','data':{'tls.crt':'YQ=='}"))
                .containsExactly("data[tls.key]: Required value");
        assertThat(changed("v1", "Secret", "'type':'Opaque'", "'type':'other'"))
                .containsExactly("type: Invalid value: \"other\": field is immutable");
        assertThat(problems("v1", "ConfigMap", "'data':{'a':'" + "v".repeat((1 << 20) + 1) + "'}"))
                .containsExactly("Too long: may not be more than 1048576 bytes");
    }

    @Test
    void endpointsHaveAddressesOfTheirType() {
        assertThat(problems("v1", "Endpoints", "'subsets':[{'addresses':[{'ip':'127.0.0.1'}],'ports':[{'port':80}]}]"))
                .containsExactly(
                        "subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)");
        assertThat(problems(
                        "discovery.k8s.io/v1",
                        "EndpointSlice",
                        "'addressType':'IPv4','endpoints':[{'addresses':['fd00::1']}],'ports':[]"))
                .containsExactly("endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be an IPv4 address");
        assertThat(problems("discovery.k8s.io/v1", "EndpointSlice", "'endpoints':[],'ports':[]"))
                .containsExactly("addressType: Required value");
    }

    @Test
    void leasesNodesNamespacesEventsAndRevisionsHaveTheirRules() {
        assertThat(problems(
                        "coordination.k8s.io/v1", "Lease", "'spec':{'holderIdentity':'h','leaseDurationSeconds':0}"))
                .containsExactly("spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0");
        assertThat(problems("apps/v1", "ControllerRevision", "'revision':1"))
                .contains("data: Required value: data is mandatory");
        assertThat(problems("v1", "Event", "'involvedObject':{'kind':'Pod','namespace':'other','name':'p'}"))
                .containsExactly("involvedObject.namespace: Invalid value: \"other\": does not match event.namespace");
        Kind nodes = kind("v1", "Node");
        assertThat(
                        Validation.create(
                                nodes,
                                object(
                                        nodes,
                                        "{'metadata':{'name':'x'},'spec':{'taints':[{'key':'a','effect':'NoExecute'},{'key':'a','effect':'NoExecute'},{'key':'b','effect':'Maybe'}]}}")))
                .extracting(Cause::reason)
                .containsExactly("FieldValueNotSupported", "FieldValueDuplicate");
        assertThat(Validation.create(nodes, object(nodes, "{'metadata':{'name':'x','namespace':'n'}}")))
                .extracting(Cause::text)
                .containsExactly("metadata.namespace: Forbidden: not allowed on this type");
        assertThat(Validation.update(
                        nodes,
                        object(
                                nodes,
                                "{'metadata':{'name':'x'},'spec':{'podCIDR':'10.42.0.0/24','podCIDRs':['10.42.0.0/24']}}"),
                        object(
                                nodes,
                                "{'metadata':{'name':'x'},'spec':{'podCIDR':'10.42.1.0/24','podCIDRs':['10.42.1.0/24']}}"),
                        ""))
                .extracting(Cause::reason)
                .containsExactly("FieldValueForbidden");
    }

    @Test
    void ofAPodOnlyLittleMayChange() {
        String base = "'spec':{'containers':[{'name':'c','image':'i'}],'activeDeadlineSeconds':10}";
        assertThat(changed("v1", "Pod", base, base.replace("'i'", "'j'"))).isEmpty();
        assertThat(changed("v1", "Pod", base, base.replace("10", "5"))).isEmpty();
        assertThat(changed("v1", "Pod", base, base.replace("10", "20")))
                .containsExactly(
                        "spec.activeDeadlineSeconds: Invalid value: 20: must be less than or equal to previous value");
        assertThat(changed("v1", "Pod", base, base.replace("'image':'i'", "'image':'i','args':['x']")))
                .singleElement()
                .asString()
                .startsWith("spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`");
        assertThat(changed(
                        "v1",
                        "Pod",
                        base,
                        base.replace("{'containers'", "{'tolerations':[{'key':'k','operator':'Exists'}],'containers'")))
                .isEmpty();
        assertThat(changed("v1", "Pod", base.replace("{'containers'", "{'nodeName':'a','containers'"), base))
                .hasSize(1);
    }

    @Test
    void whatIsBeingDeletedTakesNoNewFinalizers() {
        Kind maps = kind("v1", "ConfigMap");
        var old = object(
                maps,
                "{'metadata':{'name':'x','namespace':'n','deletionTimestamp':'2026-01-01T00:00:00Z','finalizers':['a/b']}}");
        var now = object(
                maps,
                "{'metadata':{'name':'x','namespace':'n','deletionTimestamp':'2026-01-01T00:00:00Z','finalizers':['a/b','c/d']}}");

        assertThat(Validation.update(maps, old, now, ""))
                .extracting(Cause::text)
                .containsExactly(
                        "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted,"
                                + " found new finalizers [\"c/d\"]");
    }
}
