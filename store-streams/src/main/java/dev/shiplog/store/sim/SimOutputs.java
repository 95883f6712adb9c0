package dev.shiplog.store.sim;

import dev.shiplog.schemas.Keys;
import dev.shiplog.store.Entry;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.materialise.Fenced;
import dev.shiplog.store.materialise.Output;
import dev.shiplog.store.materialise.OutputLog;
import dev.shiplog.store.materialise.Progress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The output topics in memory, with transactions and fencing: the last record per key of each.
final class SimOutputs {
    private static final String OBJECTS = "objects";
    private static final String CONFIG_MAPS = "objects.core.configmaps";
    private static final String REVISION = "shiplog.revision";

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
        return output.headers().stream()
                .filter(header -> header.name().equals(REVISION))
                .mapToLong(header -> Long.parseLong(header.value()))
                .findFirst()
                .orElse(0);
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
