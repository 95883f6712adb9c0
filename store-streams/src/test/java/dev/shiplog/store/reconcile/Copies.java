package dev.shiplog.store.reconcile;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.meta.v1.OwnerReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A controller for tests: keeps as many copies of a ConfigMap as its entry `count` says, and throws when that is no
/// number.
final class Copies implements Reconciler {

    static ConfigMap source(String name, String count) {
        return ConfigMap.builder()
                .metadata(ObjectMeta.builder().namespace("ns").name(name).build())
                .data(Map.of("count", count))
                .build();
    }

    @Override
    public String name() {
        return "copies";
    }

    @Override
    public Set<Resource<?>> reads() {
        return Set.of(Resource.CONFIG_MAPS);
    }

    @Override
    public void concerned(Changed changed, Tables tables, Consumer<Key> keys) {
        if (!Resource.CONFIG_MAPS.has(changed.key())) {
            return;
        }
        for (var object :
                new @Nullable ConfigMap[] {changed.before(Resource.CONFIG_MAPS), changed.now(Resource.CONFIG_MAPS)}) {
            if (object != null && object.metadata().ownerReferences().isEmpty()) {
                keys.accept(changed.key());
            } else if (object != null) {
                keys.accept(Resource.CONFIG_MAPS.key(
                        "ns", object.metadata().ownerReferences().getFirst().name()));
            }
        }
    }

    /// Writes down what was said to it.
    @Override
    public Decision refused(Key key, Refusal refusal, Tables tables, Instant now) {
        @Nullable Row<ConfigMap> source = tables.get(Resource.CONFIG_MAPS, key.namespace(), key.name());
        if (source == null) {
            return Decision.none();
        }
        var data = new TreeMap<>(source.object().data());
        data.put("refused", refusal.code() + " " + refusal.message());
        return Decision.of(
                "write it down", List.of(Items.update(source, source.object().withData(data))));
    }

    @Override
    public Decision reconcile(Key key, Tables tables, Instant now) {
        @Nullable Row<ConfigMap> source = tables.get(Resource.CONFIG_MAPS, key.namespace(), key.name());
        if (source == null) {
            return Decision.none();
        }
        int count = Integer.parseInt(source.object().data().getOrDefault("count", "0"));
        List<Row<ConfigMap>> held = tables.owned(Resource.CONFIG_MAPS, source.uid());
        var items = new ArrayList<Item>();
        for (int i = held.size(); i < count; i++) {
            String name = Names.derived(key.name() + "-", source.uid(), source.revision() + "/" + i);
            if (tables.get(Resource.CONFIG_MAPS, "ns", name) == null) {
                items.add(Items.create(Resource.CONFIG_MAPS, copy(source, name)));
            }
        }
        held.stream().skip(count).map(Items::delete).forEach(items::add);
        if (items.isEmpty()) {
            return Decision.none();
        }
        var touched = source.object()
                .withData(Map.of("count", Integer.toString(count), "touched", Long.toString(source.revision())));
        items.addFirst(Items.update(source, touched));
        return Decision.of("copy", items)
                .noting(List.of(Note.normal(Resource.CONFIG_MAPS, source, "Copied", "done", source.revision())));
    }

    private static ConfigMap copy(Row<ConfigMap> source, String name) {
        return ConfigMap.builder()
                .metadata(ObjectMeta.builder()
                        .namespace("ns")
                        .name(name)
                        .ownerReferences(List.of(OwnerReference.builder()
                                .apiVersion("v1")
                                .kind("ConfigMap")
                                .name(source.name())
                                .uid(source.uid())
                                .controller(true)
                                .build()))
                        .build())
                .build();
    }
}
