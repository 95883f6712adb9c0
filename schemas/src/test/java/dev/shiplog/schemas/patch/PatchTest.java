package dev.shiplog.schemas.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.Service;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PatchTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEPLOYMENT = """
            {"metadata":{"name":"d","finalizers":["a/1","b/2"]},"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}},
             "template":{"spec":{"containers":[{"name":"nginx","image":"nginx:1","ports":[{"containerPort":80}]}],
               "tolerations":[{"key":"dedicated","effect":"NoSchedule"}],
               "volumes":[{"name":"v","emptyDir":{}}]}}}}""";

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static ObjectNode patched(PatchType type, Schema schema, String current, String patch) {
        return Patch.apply(type, schema, (ObjectNode) json(current), json(patch));
    }

    private static JsonNode strategic(String patch) {
        return patched(PatchType.STRATEGIC, Deployment.SCHEMA, DEPLOYMENT, patch);
    }

    private static String podSpec(String patch) {
        return strategic("{'spec':{'template':{'spec':" + patch + "}}}")
                .at("/spec/template/spec")
                .toString()
                .replace('"', '\'');
    }

    // The table of RFC 7386, appendix A, as far as both sides are objects.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'a':'b'}              | {'a':'c'}              | {'a':'c'}
                    {'a':'b'}              | {'b':'c'}              | {'a':'b','b':'c'}
                    {'a':'b'}              | {'a':null}             | {}
                    {'a':'b','b':'c'}      | {'a':null}             | {'b':'c'}
                    {'a':['b']}            | {'a':'c'}              | {'a':'c'}
                    {'a':'c'}              | {'a':['b']}            | {'a':['b']}
                    {'a':{'b':'c'}}        | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}
                    {'a':[{'b':'c'}]}      | {'a':[1]}              | {'a':[1]}
                    {'e':null}             | {'a':1}                | {'e':null,'a':1}
                    {}                     | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}
                    """)
    void aMergePatchFollowsTheRfcsExamples(String target, String patch, String expected) {
        assertThat(patched(PatchType.MERGE, Pod.SCHEMA, target, patch)).isEqualTo(json(expected));
    }

    // Examples of RFC 6902, appendix A.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'foo':'bar'}          | [{'op':'add','path':'/baz','value':'qux'}]            | {'baz':'qux','foo':'bar'}
                    {'foo':['bar','baz']}  | [{'op':'add','path':'/foo/1','value':'qux'}]          | {'foo':['bar','qux','baz']}
                    {'baz':'qux','foo':1}  | [{'op':'remove','path':'/baz'}]                       | {'foo':1}
                    {'foo':['a','b','c']}  | [{'op':'remove','path':'/foo/1'}]                     | {'foo':['a','c']}
                    {'baz':'qux'}          | [{'op':'replace','path':'/baz','value':'boo'}]        | {'baz':'boo'}
                    {'foo':{'bar':'baz','w':'f'},'qux':{'c':'g'}} | [{'op':'move','from':'/foo/w','path':'/qux/t'}] | {'foo':{'bar':'baz'},'qux':{'c':'g','t':'f'}}
                    {'foo':['all','grass','cows','eat']} | [{'op':'move','from':'/foo/1','path':'/foo/3'}] | {'foo':['all','cows','eat','grass']}
                    {'foo':['bar']}        | [{'op':'add','path':'/foo/-','value':['abc','def']}]  | {'foo':['bar',['abc','def']]}
                    {'/':9,'~1':10}        | [{'op':'test','path':'/~01','value':10.0}]            | {'/':9,'~1':10}
                    {'a':{'b':1}}          | [{'op':'copy','from':'/a','path':'/c'},{'op':'replace','path':'/c/b','value':2}] | {'a':{'b':1},'c':{'b':2}}
                    """)
    void aJsonPatchFollowsTheRfcsExamples(String target, String patch, String expected) {
        assertThat(patched(PatchType.JSON, Pod.SCHEMA, target, patch)).isEqualTo(json(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    422 | [{'op':'test','path':'/a','value':2}]
                    422 | [{'op':'test','path':'/none','value':2}]
                    422 | [{'op':'remove','path':'/none'}]
                    422 | [{'op':'replace','path':'/list/3','value':1}]
                    422 | [{'op':'add','path':'/list/4','value':1}]
                    422 | [{'op':'add','path':'/list/01','value':1}]
                    422 | [{'op':'add','path':'/none/x','value':1}]
                    422 | [{'op':'replace','path':'','value':3}]
                    422 | [{'op':'move','from':'/o','path':'/o/x'}]
                    400 | [{'op':'jump','path':'/a'}]
                    400 | [{'op':'add','path':'a','value':1}]
                    400 | [{'op':'add','path':'/a'}]
                    400 | {'op':'add'}
                    """)
    void aJsonPatchThatDoesNotFitIsRefused(int code, String patch) {
        var target = "{'a':1,'o':{},'list':[1,2,3]}";

        assertThatThrownBy(() -> patched(PatchType.JSON, Pod.SCHEMA, target, patch))
                .isInstanceOfSatisfying(
                        PatchException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aJsonPatchHasAtMostTenThousandOperations() {
        var operations = JSON.createArrayNode();
        LongStream.rangeClosed(0, JsonPatch.OPERATIONS_MAX)
                .forEach(i -> operations
                        .addObject()
                        .put("op", "add")
                        .put("path", "/a")
                        .put("value", i));

        assertThatThrownBy(() -> Patch.apply(PatchType.JSON, Pod.SCHEMA, JSON.createObjectNode(), operations))
                .isInstanceOfSatisfying(
                        PatchException.class, e -> assertThat(e.code()).isEqualTo(413));
        operations.remove(0);
        assertThat(Patch.apply(PatchType.JSON, Pod.SCHEMA, JSON.createObjectNode(), operations)
                        .path("a")
                        .asInt())
                .isEqualTo(JsonPatch.OPERATIONS_MAX);
    }

    // Kubernetes' task page "Update API Objects in Place Using kubectl patch".
    @Test
    void containersMergeByNameAndTolerationsAreReplaced() {
        assertThat(podSpec("{'containers':[{'name':'redis','image':'redis'}]}"))
                .contains("{'name':'nginx','image':'nginx:1','ports':[{'containerPort':80}]},"
                        + "{'name':'redis','image':'redis'}");
        assertThat(podSpec("{'tolerations':[{'key':'disktype','effect':'NoSchedule'}]}"))
                .contains("'tolerations':[{'key':'disktype','effect':'NoSchedule'}]");
    }

    @Test
    void retainKeysClearsWhatTheNewStrategyDoesNotHave() {
        assertThat(strategic("{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}")
                        .at("/spec/strategy"))
                .isEqualTo(json("{'type':'Recreate'}"));
        assertThat(podSpec("{'volumes':[{'name':'v','$retainKeys':['name','hostPath'],'hostPath':{'path':'/x'}}]}"))
                .contains("'volumes':[{'name':'v','hostPath':{'path':'/x'}}]");
        assertThatThrownBy(() -> strategic("{'spec':{'strategy':{'$retainKeys':['x'],'type':'Recreate'}}}"))
                .isInstanceOfSatisfying(
                        PatchException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    // Kubernetes' design note "preserve-order-in-strategic-merge-patch" and devel/strategic-merge-patch.md.
    @Test
    void directivesReplaceAndDelete() {
        assertThat(podSpec("{'containers':[{'name':'log','image':'log'},{'$patch':'replace'}]}"))
                .contains("'containers':[{'name':'log','image':'log'}]");
        assertThat(podSpec("{'containers':[{'name':'log','image':'log'},{'$patch':'delete','name':'nginx'}]}"))
                .contains("'containers':[{'name':'log','image':'log'}]");
        assertThat(strategic("{'spec':{'strategy':{'$patch':'replace','type':'Recreate'}}}")
                        .at("/spec/strategy"))
                .isEqualTo(json("{'type':'Recreate'}"));
        assertThat(strategic("{'spec':{'strategy':{'$patch':'delete'}}}").at("/spec/strategy"))
                .isEqualTo(json("{}"));
        assertThat(strategic("{'spec':{'strategy':{'rollingUpdate':null}}}").at("/spec/strategy"))
                .isEqualTo(json("{'type':'RollingUpdate'}"));
        assertThatThrownBy(() -> strategic("{'spec':{'$patch':'explode'}}")).isInstanceOf(PatchException.class);
    }

    @Test
    void plainListsMergeAsSetsAndLoseWhatIsNamed() {
        assertThat(strategic("{'metadata':{'finalizers':['c/3']}}").at("/metadata/finalizers"))
                .isEqualTo(json("['a/1','b/2','c/3']"));
        assertThat(strategic("{'metadata':{'$deleteFromPrimitiveList/finalizers':['a/1'],"
                                + "'$setElementOrder/finalizers':['c/3','b/2'],'finalizers':['c/3']}}")
                        .at("/metadata/finalizers"))
                .isEqualTo(json("['c/3','b/2']"));
        assertThat(strategic("{'metadata':{'$deleteFromPrimitiveList/finalizers':['b/2']}}")
                        .at("/metadata/finalizers"))
                .isEqualTo(json("['a/1']"));
    }

    @Test
    void elementOrderIsSetAndServerOnlyElementsKeepTheirPlace() {
        var live = "{'spec':{'containers':[{'name':'s1'},{'name':'a'},{'name':'s2'},{'name':'b'}]}}";

        var patched = patched(
                PatchType.STRATEGIC,
                Pod.SCHEMA,
                live,
                "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'new'},{'name':'a'}],"
                        + "'containers':[{'name':'new','image':'x'}]}}");

        assertThat(patched.at("/spec/containers").findValuesAsText("name"))
                .containsExactly("s1", "s2", "b", "new", "a");
        assertThatThrownBy(() -> patched(
                        PatchType.STRATEGIC,
                        Pod.SCHEMA,
                        live,
                        "{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'b'}]}}"))
                .isInstanceOfSatisfying(
                        PatchException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void servicePortsOfOneNumberAndTwoProtocolsBothStay() {
        var live =
                "{'spec':{'ports':[{'port':53,'protocol':'UDP','name':'u'},{'port':53,'protocol':'TCP','name':'t'}]}}";

        var patched = patched(PatchType.STRATEGIC, Service.SCHEMA, live, "{'spec':{'ports':[{'port':80}]}}");

        assertThat(patched.at("/spec/ports")).hasSize(3);
    }

    @Test
    void aListElementWithoutItsMergeKeyIsRefused() {
        assertThatThrownBy(() -> podSpec("{'containers':[{'image':'x'}]}"))
                .isInstanceOf(PatchException.class)
                .hasMessageContaining("does not contain declared merge key: name");
    }

    /// What holds for any patch: the arguments stay, applying it again changes nothing more, and nothing of a directive
    /// remains.
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void anyStrategicPatchIsIdempotentAndLeavesNoDirective(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            ObjectNode live = deployment(random, false);
            ObjectNode patch = deployment(random, true);
            ObjectNode before = live.deepCopy();
            ObjectNode patchBefore = patch.deepCopy();

            ObjectNode once = Patch.apply(PatchType.STRATEGIC, Deployment.SCHEMA, live, patch);

            assertThat(live).isEqualTo(before);
            assertThat(patch).isEqualTo(patchBefore);
            assertThat(once.toString()).doesNotContain("$");
            assertThat(Patch.apply(PatchType.STRATEGIC, Deployment.SCHEMA, once, patch))
                    .as("%s + %s", live, patch)
                    .isEqualTo(once);
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    private static ObjectNode deployment(Random random, boolean patch) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode metadata = root.putObject("metadata");
        ObjectNode labels = metadata.putObject("labels");
        for (int i = 0; i < 3; i++) {
            String label = "l" + random.nextInt(4);
            if (patch && random.nextInt(3) == 0) {
                labels.putNull(label);
            } else {
                labels.put(label, "v" + random.nextInt(3));
            }
        }
        ObjectNode spec = root.putObject("spec").putObject("template").putObject("spec");
        var containers = spec.putArray("containers");
        var order = JSON.createArrayNode();
        for (int i = 0; i < 5; i++) {
            if (random.nextInt(2) == 0) {
                ObjectNode container = containers.addObject().put("name", "c" + i);
                if (patch && random.nextInt(4) == 0) {
                    container.put("$patch", "delete");
                } else {
                    order.addObject().put("name", "c" + i);
                    container.put("image", "image" + random.nextInt(3));
                    container.putArray("args").add("a" + random.nextInt(3));
                    container
                            .putArray("env")
                            .addObject()
                            .put("name", "e" + random.nextInt(2))
                            .put("value", "1");
                }
            }
        }
        if (patch && random.nextInt(2) == 0) {
            spec.set("$setElementOrder/containers", order);
        }
        if (patch && random.nextInt(4) == 0) {
            containers.addObject().put("$patch", "replace");
        }
        return root;
    }
}
