package dev.shiplog.schemas.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.core.v1.Event;
import dev.shiplog.core.v1.EventSource;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodIP;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.PodStatus;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.LabelSelectorRequirement;
import dev.shiplog.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
    private static final Map<String, String> LABELS =
            Map.of("environment", "production", "tier", "frontend", "size", "10", "empty", "");

    // The examples of Kubernetes' page "Labels and Selectors", and the traps: != and notin match absent keys.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    environment=production                  | true
                    environment==production,tier=frontend   | true
                    tier!=frontend                          | false
                    none!=x                                 | true
                    environment in (production, qa)         | true
                    tier notin (frontend, backend)          | false
                    none notin (x)                          | true
                    environment                             | true
                    !environment                            | false
                    !none                                   | true
                    none                                    | false
                    environment,environment notin (qa),tier in (frontend) | true
                    size>9                                  | true
                    size<10                                 | false
                    tier>1                                  | false
                    empty=                                  | true
                    empty in (,x)                           | true
                    tier in ()                              | false
                    """)
    void theGrammarSelectsAsDocumented(String text, boolean matches) {
        assertThat(Selector.parse(text).matches(LABELS)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a in b", "a in (b", "a,", ",a", "a=b=c", "a b", "!a=b", "a>x", "-a=b", "a=-b", "a=b c", "()",
                "a/b/c=d", "a!b", "a=.b"
            })
    void whatIsNotInTheGrammarIsRefused(String text) {
        assertThatThrownBy(() -> Selector.parse(text))
                .isInstanceOf(BadSelectorException.class)
                .hasMessageContaining("unable to parse requirement");
    }

    @Test
    void anAbsentSelectorSelectsNothingAndAnEmptyOneEverything() {
        assertThat(Selector.of(null).matches(LABELS)).isFalse();
        assertThat(Selector.of(LabelSelector.EMPTY).matches(Map.of())).isTrue();
        assertThat(Selector.parse("").everything()).isTrue();
        assertThat(Selector.ofMap(Map.of()).matches(LABELS)).isFalse();
    }

    @Test
    void labelsAndExpressionsOfAnObjectMustAllHold() {
        var selector = LabelSelector.builder()
                .matchLabels(Map.of("tier", "frontend"))
                .matchExpressions(List.of(
                        new LabelSelectorRequirement("environment", "In", List.of("production", "qa")),
                        new LabelSelectorRequirement("none", "DoesNotExist", List.of())))
                .build();

        assertThat(Selector.of(selector).matches(LABELS)).isTrue();
        assertThat(Selector.of(selector).matches(Map.of("tier", "frontend"))).isFalse();
        assertThat(Selector.of(selector).text()).isEqualTo("environment in (production,qa),!none,tier=frontend");
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theCanonicalTextMeansTheSame(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            var terms = new ArrayList<String>();
            for (int t = random.nextInt(4); t >= 0; t--) {
                String key = "k" + random.nextInt(3);
                String value = "v" + random.nextInt(3);
                terms.add(
                        switch (random.nextInt(6)) {
                            case 0 -> key;
                            case 1 -> "! " + key;
                            case 2 -> key + " = " + value;
                            case 3 -> key + "!=" + value;
                            case 4 -> key + " in (" + value + ",v1)";
                            default -> key + " notin(" + value + ")";
                        });
            }
            var selector = Selector.parse(String.join(" , ", terms));
            var labels = new TreeMap<String, String>();
            for (int l = 0; l < 3; l++) {
                labels.put("k" + random.nextInt(3), "v" + random.nextInt(3));
            }

            assertThat(Selector.parse(selector.text())).isEqualTo(selector);
            assertThat(selector.matches(labels))
                    .as("%s on %s", selector, labels)
                    .isEqualTo(
                            terms.stream().allMatch(term -> Selector.parse(term).matches(labels)));
        }
    }

    private static final Pod POD = Pod.builder()
            .metadata(ObjectMeta.builder().name("p").namespace("n").build())
            .spec(PodSpec.builder().nodeName("node-1").hostNetwork(true).build())
            .status(PodStatus.builder()
                    .phase("Running")
                    .podIPs(List.of(new PodIP("10.42.0.5"), new PodIP("fd00::5")))
                    .build())
            .build();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    metadata.name=p                          | true
                    metadata.name==p,metadata.namespace=n    | true
                    spec.nodeName=node-1                     | true
                    spec.nodeName!=node-1                    | false
                    spec.nodeName=                           | false
                    status.nominatedNodeName=                | true
                    spec.hostNetwork=true                    | true
                    status.podIPs=fd00::5                    | true
                    status.podIPs!=fd00::5                   | false
                    status.phase!=Succeeded,status.phase!=Failed | true
                    """)
    void fieldSelectorsCompareDeclaredFields(String text, boolean matches) {
        assertThat(FieldSelector.parse(Pod.SCHEMA, text).matches(POD)).isEqualTo(matches);
    }

    @Test
    void aFieldThatIsNotDeclaredIsRefused() {
        assertThatThrownBy(() -> FieldSelector.parse(Pod.SCHEMA, "spec.foo=x"))
                .isInstanceOf(BadSelectorException.class)
                .hasMessage("field label not supported: spec.foo");
        assertThatThrownBy(() -> FieldSelector.parse(Pod.SCHEMA, "metadata.name"))
                .isInstanceOf(BadSelectorException.class);
        assertThatThrownBy(() -> FieldSelector.parse(Pod.SCHEMA, "metadata.name=a=b"))
                .isInstanceOf(BadSelectorException.class);
    }

    @Test
    void escapedCommasBelongToTheValue() {
        var event = Event.builder().reason("a,b=c").build();

        assertThat(FieldSelector.parse(Event.SCHEMA, "reason=a\\,b\\=c").matches(event))
                .isTrue();
    }

    @Test
    void theSourceOfAnEventIsItsComponentOrWhoReportsIt() {
        var selector = FieldSelector.parse(Event.SCHEMA, "source=scheduler");

        assertThat(selector.matches(
                        Event.builder().source(new EventSource("scheduler", "")).build()))
                .isTrue();
        assertThat(selector.matches(
                        Event.builder().reportingComponent("scheduler").build()))
                .isTrue();
        assertThat(selector.matches(Event.EMPTY)).isFalse();
    }

    @Test
    void anExactValueIsKnownForLookUps() {
        var selector = FieldSelector.parse(Pod.SCHEMA, "metadata.name=p,spec.nodeName!=x");

        assertThat(selector.exact("metadata.name")).isEqualTo("p");
        assertThat(selector.exact("spec.nodeName")).isNull();
    }
}
