package dev.shiplog.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FragmentTest {

    @Test
    void nothingIsDoneWhereNothingDiffers() {
        Fragment some = new Fragment.Builder()
                .chain("svc-1", List.of("drop"))
                .element("services", "10.43.0.1 . tcp . 80 : goto svc-1")
                .build();

        assertThat(Fragment.difference("ip t", some, some)).isEmpty();
    }

    @Test
    void aChainIsEmptiedBeforeItIsDeletedAndAfterNothingPointsToIt() {
        Fragment before = new Fragment.Builder()
                .chain("svc-1", List.of("goto ep-1"))
                .chain("ep-1", List.of("accept"))
                .element("services", "10.43.0.1 . tcp . 80 : goto svc-1")
                .build();

        assertThat(Fragment.difference("ip t", before, Fragment.EMPTY))
                .containsExactly(
                        "delete element ip t services { 10.43.0.1 . tcp . 80 }",
                        "flush chain ip t ep-1",
                        "flush chain ip t svc-1",
                        "delete chain ip t ep-1",
                        "delete chain ip t svc-1");
    }

    /// Applies the commands to a model of the kernel's table, which refuses what the kernel refuses.
    @ParameterizedTest(name = "-Dseed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyFragmentBecomesAnyOther(long seed) {
        var random = new Random(seed);
        var kernel = new TableModel();
        Fragment now = Fragment.EMPTY;
        for (int step = 0; step < 200; step++) {
            Fragment next = draw(random);
            kernel.apply(Fragment.difference("ip t", now, next));
            assertThat(kernel.chains).isEqualTo(next.chains());
            assertThat(kernel.sets).isEqualTo(next.sets());
            assertThat(kernel.elements).isEqualTo(next.elements());
            now = next;
        }
    }

    private static Fragment draw(Random random) {
        var fragment = new Fragment.Builder();
        var chains = new TreeSet<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            chains.add("c" + random.nextInt(5));
        }
        var earlier = new TreeSet<String>();
        for (String chain : chains) {
            fragment.chain(
                    chain,
                    earlier.isEmpty() || random.nextBoolean()
                            ? List.of("rule" + random.nextInt(3))
                            : List.of("goto " + earlier.first()));
            fragment.element("m", random.nextInt(6) + "-" + chain + " : goto " + chain);
            earlier.add(chain);
        }
        if (random.nextBoolean()) {
            fragment.set("s" + random.nextInt(3), "type ipv4_addr;");
        }
        return fragment.build();
    }

    /// As much of nftables' behaviour as the order of commands depends on.
    private static final class TableModel {
        private static final Pattern COMMA = Pattern.compile(", ");

        final TreeMap<String, List<String>> chains = new TreeMap<>();
        final TreeMap<String, String> sets = new TreeMap<>();
        final TreeMap<String, SortedSet<String>> elements = new TreeMap<>();

        void apply(List<String> commands) {
            commands.forEach(this::apply);
        }

        private void apply(String command) {
            String[] words = command.split(" ", 6);
            String name = words[4];
            switch (words[0] + " " + words[1]) {
                case "add chain" -> assertThat(chains.put(name, List.of())).isNull();
                case "flush chain" -> assertThat(chains.put(name, List.of())).isNotNull();
                case "delete chain" -> {
                    assertThat(chains.remove(name))
                            .as("rules of a deleted chain")
                            .isEmpty();
                    assertThat(chains.values()).noneMatch(rules -> rules.contains("goto " + name));
                    assertThat(elements.values())
                            .noneMatch(set -> set.stream().anyMatch(element -> element.endsWith(" goto " + name)));
                }
                case "add rule" -> {
                    if (words[5].startsWith("goto ")) {
                        assertThat(chains).containsKey(words[5].substring(5));
                    }
                    var rules = new ArrayList<>(chains.getOrDefault(name, List.of()));
                    rules.add(words[5]);
                    chains.put(name, List.copyOf(rules));
                }
                case "add set" ->
                    assertThat(sets.put(name, words[5].replaceAll("^\\{ | }$", "")))
                            .isNull();
                case "delete set" -> assertThat(sets.remove(name)).isNotNull();
                case "add element" -> {
                    for (String element : COMMA.split(words[5].replaceAll("^\\{ | }$", ""), -1)) {
                        assertThat(chains).containsKey(element.substring(element.indexOf(" : goto ") + 8));
                        elements.computeIfAbsent(name, _ -> new TreeSet<>()).add(element);
                    }
                }
                case "delete element" -> {
                    for (String key : COMMA.split(words[5].replaceAll("^\\{ | }$", ""), -1)) {
                        assertThat(elements.getOrDefault(name, new TreeSet<>())
                                        .removeIf(element -> element.startsWith(key + " : ")))
                                .isTrue();
                    }
                    elements.values().removeIf(Set::isEmpty);
                }
                default -> throw new AssertionError(command);
            }
        }
    }
}
