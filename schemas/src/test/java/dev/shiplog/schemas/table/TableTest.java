package dev.shiplog.schemas.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.Typed;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
    private static final Catalog CATALOG = Catalog.builtIn();
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");
    private static final String META = "'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:55:00Z'}";

    private static Kind kind(String apiVersion, String kind) {
        return Objects.requireNonNull(CATALOG.byApiVersion(apiVersion, kind));
    }

    private static Typed object(Kind kind, String body) {
        String json = "{" + META + "," + body + "}";
        return Json.decode(kind, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .object();
    }

    private static String row(String apiVersion, String kind, String body) {
        Kind of = kind(apiVersion, kind);
        return Tables.cells(of, object(of, body), NOW).stream()
                .map(String::valueOf)
                .collect(Collectors.joining("|"));
    }

    private static String heads(String apiVersion, String kind) {
        return Tables.columns(kind(apiVersion, kind)).stream()
                .map(column -> column.priority() == 0 ? column.name() : "+" + column.name())
                .collect(Collectors.joining("|"));
    }

    // Columns that users of kubectl know.
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    v1; Pod; Name|Ready|Status|Restarts|Age|+IP|+Node|+Nominated Node|+Readiness Gates
                    v1; Node; Name|Status|Roles|Age|Version|+Internal-IP|+External-IP|+OS-Image|+Kernel-Version|+Container-Runtime
                    v1; Service; Name|Type|Cluster-IP|External-IP|Port(s)|Age|+Selector
                    v1; Endpoints; Name|Endpoints|Age
                    v1; ConfigMap; Name|Data|Age
                    v1; Secret; Name|Type|Data|Age
                    v1; ServiceAccount; Name|Secrets|Age
                    v1; Namespace; Name|Status|Age
                    v1; Event; Last Seen|Type|Reason|Object|+Subobject|+Source|Message|+First Seen|+Count|+Name
                    apps/v1; Deployment; Name|Ready|Up-to-date|Available|Age|+Containers|+Images|+Selector
                    apps/v1; ReplicaSet; Name|Desired|Current|Ready|Age|+Containers|+Images|+Selector
                    apps/v1; ControllerRevision; Name|Controller|Revision|Age
                    discovery.k8s.io/v1; EndpointSlice; Name|AddressType|Ports|Endpoints|Age
                    coordination.k8s.io/v1; Lease; Name|Holder|Age
                    """)
    void everyKindHasItsColumns(String apiVersion, String kind, String heads) {
        assertThat(heads(apiVersion, kind)).isEqualTo(heads);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    'spec':{'containers':[{'name':'c'}]},'status':{'phase':'Pending'} ; x|0/1|Pending|0|5m|<none>|<none>|<none>|<none>
                    'spec':{'nodeName':'n','containers':[{'name':'c'}]},'status':{'phase':'Running','podIP':'10.42.0.5','containerStatuses':[{'name':'c','ready':true,'restartCount':2,'state':{'running':{}},'lastState':{'terminated':{'exitCode':1,'finishedAt':'2026-01-01T00:59:00Z'}}}]} ; x|1/1|Running|2 (60s ago)|5m|10.42.0.5|n|<none>|<none>
                    'spec':{'containers':[{'name':'c'}]},'status':{'phase':'Running','containerStatuses':[{'name':'c','restartCount':3,'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]} ; x|0/1|CrashLoopBackOff|3|5m|<none>|<none>|<none>|<none>
                    'spec':{'containers':[{'name':'c'}]},'status':{'phase':'Failed','containerStatuses':[{'name':'c','state':{'terminated':{'exitCode':137}}}]} ; x|0/1|ExitCode:137|0|5m|<none>|<none>|<none>|<none>
                    'spec':{'containers':[{'name':'c'}]},'status':{'phase':'Failed','containerStatuses':[{'name':'c','state':{'terminated':{'exitCode':137,'signal':9}}}]} ; x|0/1|Signal:9|0|5m|<none>|<none>|<none>|<none>
                    'spec':{'initContainers':[{'name':'a'},{'name':'b'}],'containers':[{'name':'c'}]},'status':{'phase':'Pending','initContainerStatuses':[{'name':'a','state':{'terminated':{'exitCode':0}}},{'name':'b','state':{'running':{}}}],'containerStatuses':[{'name':'c','state':{'waiting':{'reason':'PodInitializing'}}}]} ; x|0/1|Init:1/2|0|5m|<none>|<none>|<none>|<none>
                    'spec':{'initContainers':[{'name':'a'}],'containers':[{'name':'c'}]},'status':{'phase':'Pending','initContainerStatuses':[{'name':'a','restartCount':1,'state':{'terminated':{'exitCode':2,'reason':'Error'}}}]} ; x|0/1|Init:Error|1|5m|<none>|<none>|<none>|<none>
                    'spec':{'initContainers':[{'name':'s','restartPolicy':'Always'}],'containers':[{'name':'c'}]},'status':{'phase':'Running','initContainerStatuses':[{'name':'s','started':true,'ready':true,'state':{'running':{}}}],'containerStatuses':[{'name':'c','ready':true,'state':{'running':{}}}]} ; x|2/2|Running|0|5m|<none>|<none>|<none>|<none>
                    'spec':{'containers':[{'name':'c'},{'name':'d'}]},'status':{'phase':'Running','conditions':[{'type':'Ready','status':'False'}],'containerStatuses':[{'name':'c','state':{'terminated':{'exitCode':0,'reason':'Completed'}}},{'name':'d','ready':true,'state':{'running':{}}}]} ; x|1/2|NotReady|0|5m|<none>|<none>|<none>|<none>
                    'spec':{'readinessGates':[{'conditionType':'g'}],'containers':[{'name':'c'}]},'status':{'phase':'Pending','nominatedNodeName':'m','conditions':[{'type':'PodScheduled','status':'False','reason':'SchedulingGated'}]} ; x|0/1|SchedulingGated|0|5m|<none>|<none>|m|0/1
                    """)
    void aPodShowsWhatItIsAt(String body, String expected) {
        assertThat(row("v1", "Pod", body)).isEqualTo(expected);
    }

    @Test
    void aPodThatIsBeingDeletedIsTerminating() {
        Kind pods = kind("v1", "Pod");
        var pod = Json.decode(
                        pods,
                        "{\"metadata\":{\"name\":\"x\",\"deletionTimestamp\":\"2026-01-01T01:00:00Z\"},\"status\":{\"phase\":\"Running\"}}"
                                .getBytes(StandardCharsets.UTF_8))
                .object();

        assertThat(Tables.cells(pods, pod, NOW)).element(2).isEqualTo("Terminating");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
                    v1; Node; 'spec':{'unschedulable':true},'status':{'conditions':[{'type':'Ready','status':'True'}],'addresses':[{'type':'InternalIP','address':'10.0.0.1'}],'nodeInfo':{'kubeletVersion':'v1.36.0','osImage':'Debian'}} ; x|Ready,SchedulingDisabled|<none>|5m|v1.36.0|10.0.0.1|<none>|Debian|<unknown>|<unknown>
                    apps/v1; Deployment; 'spec':{'replicas':3,'selector':{'matchLabels':{'app':'a'}},'template':{'spec':{'containers':[{'name':'c','image':'i'},{'name':'d','image':'j'}]}}},'status':{'readyReplicas':2,'updatedReplicas':3,'availableReplicas':1} ; x|2/3|3|1|5m|c,d|i,j|app=a
                    apps/v1; ReplicaSet; 'spec':{'replicas':3,'selector':{'matchLabels':{'app':'a'}}},'status':{'replicas':2,'readyReplicas':1} ; x|3|2|1|5m|||app=a
                    v1; Service; 'spec':{'type':'NodePort','clusterIP':'10.43.0.7','ports':[{'port':80,'nodePort':30080,'protocol':'TCP'},{'port':53,'protocol':'UDP'}],'selector':{'a':'b'}} ; x|NodePort|10.43.0.7|<none>|80:30080/TCP,53/UDP|5m|a=b
                    v1; Service; 'spec':{'type':'LoadBalancer','clusterIP':'10.43.0.7'} ; x|LoadBalancer|10.43.0.7|<pending>|<none>|5m|<none>
                    v1; Service; 'spec':{'type':'ExternalName','externalName':'a.example'} ; x|ExternalName|<none>|a.example|<none>|5m|<none>
                    v1; Endpoints; 'subsets':[{'addresses':[{'ip':'1.1.1.1'},{'ip':'1.1.1.2'}],'ports':[{'port':80},{'port':81}]}] ; x|1.1.1.1:80,1.1.1.2:80,1.1.1.1:81 + 1 more...|5m
                    discovery.k8s.io/v1; EndpointSlice; 'addressType':'IPv4','ports':[{'port':80}],'endpoints':[] ; x|IPv4|80|<unset>|5m
                    v1; ConfigMap; 'data':{'a':'b'},'binaryData':{'c':'AA=='} ; x|2|5m
                    v1; Secret; 'type':'Opaque','data':{'a':'AA=='} ; x|Opaque|1|5m
                    v1; Namespace; 'status':{'phase':'Active'} ; x|Active|5m
                    coordination.k8s.io/v1; Lease; 'spec':{'holderIdentity':'h'} ; x|h|5m
                    apps/v1; ControllerRevision; 'revision':4 ; x|<none>|4|5m
                    v1; Event; 'type':'Warning','reason':'Failed','message':'m\\n','involvedObject':{'kind':'Pod','name':'p'},'lastTimestamp':'2026-01-01T00:59:30Z','firstTimestamp':'2026-01-01T00:00:00Z','count':4,'source':{'component':'c','host':'h'} ; 30s|Warning|Failed|pod/p||c, h|m|60m|4|x
                    """)
    void everyKindShowsItsCells(String apiVersion, String kind, String body, String expected) {
        assertThat(row(apiVersion, kind, body)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "-5,<invalid>",
        "-1,0s",
        "0,0s",
        "119,119s",
        "120,2m",
        "125,2m5s",
        "599,9m59s",
        "600,10m",
        "10799,179m",
        "10800,3h",
        "11000,3h3m",
        "28800,8h",
        "172799,47h",
        "172800,2d",
        "176400,2d1h",
        "691200,8d",
        "63071999,729d",
        "63072000,2y",
        "63158400,2y1d",
        "252288000,8y"
    })
    void agesAreShort(long seconds, String text) {
        assertThat(Ages.text(seconds)).isEqualTo(text);
    }

    private static JsonNode table(Kind kind, Typed object, IncludeObject include, boolean columns) throws IOException {
        var text = new StringWriter();
        try (var json = new JsonFactory().createGenerator(text)) {
            var table = new TableJson(kind, include);
            table.begin(json, new ListInfo("42", "next", 7L), columns);
            table.row(json, object, "41", NOW);
            table.end(json);
        }
        return new ObjectMapper().readTree(text.toString());
    }

    @Test
    void aTableCarriesAsMuchOfTheObjectAsAskedFor() throws IOException {
        Kind maps = kind("v1", "ConfigMap");
        Typed map = object(maps, "'data':{'a':'ü'}");

        JsonNode table = table(maps, map, IncludeObject.METADATA, true);
        assertThat(table.path("kind").asText()).isEqualTo("Table");
        assertThat(table.path("metadata").toString())
                .isEqualTo("{\"resourceVersion\":\"42\",\"continue\":\"next\",\"remainingItemCount\":7}");
        assertThat(table.path("columnDefinitions")).hasSize(3);
        assertThat(table.at("/rows/0/cells").toString()).isEqualTo("[\"x\",1,\"5m\"]");
        assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
        assertThat(table.at("/rows/0/object/metadata/resourceVersion").asText()).isEqualTo("41");
        assertThat(table.at("/rows/0/object/data").isMissingNode()).isTrue();

        JsonNode whole = table(maps, map, IncludeObject.OBJECT, false);
        assertThat(whole.path("columnDefinitions").isNull()).isTrue();
        assertThat(whole.at("/rows/0/object/data/a").asText()).isEqualTo("ü");
        assertThat(whole.at("/rows/0/object/metadata/resourceVersion").asText()).isEqualTo("41");
        assertThat(table(maps, map, IncludeObject.NONE, false)
                        .at("/rows/0/object")
                        .isNull())
                .isTrue();
        assertThatThrownBy(() -> IncludeObject.parse("All")).isInstanceOf(IllegalArgumentException.class);
        assertThat(List.of(IncludeObject.parse("None"), IncludeObject.parse("")))
                .containsExactly(IncludeObject.NONE, IncludeObject.METADATA);
    }
}
