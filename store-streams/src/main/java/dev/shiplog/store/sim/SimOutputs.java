package dev.shiplog.store.sim;

import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.materialise.Audit;
import dev.shiplog.store.materialise.Fenced;
import dev.shiplog.store.materialise.Output;
import dev.shiplog.store.materialise.Output.Payload;
import dev.shiplog.store.materialise.OutputLog;
import dev.shiplog.store.materialise.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The output topics in memory, with transactions and fencing: the last record per key of each.
final class SimOutputs {
    private static final String OBJECTS = "objects";
    private static final String CONFIG_MAPS = "objects.core.configmaps";
    private static final String REVISION = "shiplog.revision";
    private static final String OUTCOME = "shiplog.outcome";

    private final Checks checks;
    private final Map<String, Map<String, Output>> topics = new TreeMap<>();
    private Progress progress = Progress.NONE;
    private int epoch;

    SimOutputs(Checks checks) {
        this.checks = checks;
    }

    /// A way in for one materialiser.
    OutputLog open() {
        return new Log();
    }

    private final class Log implements OutputLog {
        private final List<Output> open = new ArrayList<>();
        private int mine;

        @Override
        public Progress takeOver() {
            mine = ++epoch;
            open.clear();
            return progress;
        }

        @Override
        public void send(Output output) throws Fenced {
            requireNewest();
            open.add(output);
        }

        @Override
        public void commit(Progress reached) throws Fenced {
            requireNewest();
            open.forEach(SimOutputs.this::settle);
            open.clear();
            checks.that(reached.position() >= progress.position(), "progress falls from %s to %s", progress, reached);
            progress = reached;
        }

        @Override
        public void abort() throws Fenced {
            requireNewest();
            open.clear();
        }

        private void requireNewest() throws Fenced {
            if (mine != epoch) {
                throw new Fenced("another materialiser has taken over", null);
            }
        }
    }

    private void settle(Output output) {
        Output before = topics.computeIfAbsent(output.target().topic(), _ -> new TreeMap<>())
                .put(output.key(), output);
        checks.that(
                before == null || revision(before) <= revision(output),
                "%s goes back from revision %d",
                output.key(),
                before == null ? 0 : revision(before));
    }

    private static long revision(Output output) {
        String revision = header(output, REVISION);
        return revision == null ? 0 : Long.parseLong(revision);
    }

    private static @Nullable String header(Output output, String name) {
        return output.headers().stream()
                .filter(header -> header.name().equals(name))
                .map(Output.Header::value)
                .findFirst()
                .orElse(null);
    }

    long position() {
        return progress.position();
    }

    /// After quiet, every topic's last record per key is what the state has.
    void check(State state) {
        checks.that(progress.position() == state.position(), "outputs stand at %s, the state is %s", progress, state);
        Set<String> live = new HashSet<>();
        Set<String> liveTyped = new HashSet<>();
        for (Entry entry : state.all()) {
            String key = Keys.text(entry.key());
            if (Keys.isInternal(entry.key())) {
                checkLast(OBJECTS, key, entry.revision(), false);
            } else {
                String typedKey = entry.key().namespace() + "/" + entry.key().name();
                live.add(key);
                liveTyped.add(typedKey);
                checkLast(OBJECTS, key, entry.revision(), true);
                checkLast(CONFIG_MAPS, typedKey, entry.revision(), true);
            }
        }
        checkNoOther(OBJECTS, live);
        checkNoOther(CONFIG_MAPS, liveTyped);
    }

    /// Nobody who asked is left without an answer.
    void checkOutcomes(Map<UUID, String> owed) {
        Map<String, Output> objects = topics.getOrDefault(OBJECTS, Map.of());
        owed.forEach((id, outcome) -> {
            Output told = objects.get("~/outcome/-/" + id);
            checks.that(
                    told != null && outcome.equals(header(told, OUTCOME)),
                    "the outcome of %s is %s, and %s is put out",
                    id,
                    outcome,
                    told);
        });
    }

    /// Loses an object's last record, or puts an older one in its place. Whoever takes over next has to find it.
    void damage(RandomGenerator random) {
        List<String> keys = topics.getOrDefault(OBJECTS, Map.of()).keySet().stream()
                .filter(key -> !key.startsWith("~"))
                .toList();
        if (keys.isEmpty()) {
            return;
        }
        String key = keys.get(random.nextInt(keys.size()));
        Map<String, Output> objects = topics.getOrDefault(OBJECTS, Map.of());
        Output last = objects.get(key);
        if (last != null && last.payload() == null) {
            Payload some = objects.values().stream()
                    .map(Output::payload)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            objects.put(key, new Output(last.target(), last.partition(), key, some, last.headers()));
        } else {
            objects.remove(key);
        }
    }

    /// The last value of each key, as an audit takes it.
    Map<String, Map<String, Audit.Last>> last() {
        Map<String, Map<String, Audit.Last>> found = new TreeMap<>();
        topics.forEach((topic, outputs) -> {
            Map<String, Audit.Last> lasts = found.computeIfAbsent(topic, _ -> new TreeMap<>());
            outputs.forEach((key, output) -> {
                Payload payload = output.payload();
                if (payload != null) {
                    lasts.put(key, new Audit.Last(output.partition(), Audit.digest(payload.avro())));
                }
            });
        });
        return found;
    }

    private void checkLast(String topic, String key, long revision, boolean hasValue) {
        Output last = topics.getOrDefault(topic, Map.of()).get(key);
        checks.that(
                last != null && revision(last) == revision && (last.payload() != null) == hasValue,
                "%s has %s as the last record of %s, the state has revision %d",
                topic,
                last,
                key,
                revision);
    }

    private void checkNoOther(String topic, Set<String> live) {
        topics.getOrDefault(topic, Map.of())
                .forEach((key, last) -> checks.that(
                        last.payload() == null || live.contains(key), "%s still has %s, which is deleted", topic, key));
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        topics.forEach((topic, keys) -> keys.forEach((key, last) -> text.append(topic)
                .append(' ')
                .append(key)
                .append(' ')
                .append(revision(last))
                .append(last.payload() == null ? " -\n" : " +\n")));
        return text.toString();
    }
}
