package dev.shiplog.proxy;

import dev.shiplog.journal.Route;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the packet filter holds for each Service, and the commands that bring it to what the routes now say.
/// Used by one thread.
final class RouteTable {
    private final Ruleset ruleset;
    private final String node;
    private final Map<String, Fragment> wanted = new HashMap<>();
    private Map<String, Fragment> installed = new HashMap<>();

    RouteTable(Ruleset ruleset, String node) {
        this.ruleset = ruleset;
        this.node = node;
    }

    /// Takes a route as the topic has it; null = the Service is gone.
    void put(String key, @Nullable Route route) {
        if (route == null) {
            wanted.remove(key);
            return;
        }
        var whole = new Fragment.Builder();
        for (Backend backend : Backends.of(route, node)) {
            Fragment part = ruleset.fragment(backend);
            part.chains().forEach(whole::chain);
            part.sets().forEach(whole::set);
            part.elements().forEach((set, elements) -> elements.forEach(element -> whole.element(set, element)));
        }
        wanted.put(key, whole.build());
    }

    /// The whole table anew.
    List<String> replacement() {
        return ruleset.replaceWith(List.copyOf(wanted.values()));
    }

    /// Only what the Services named need; empty when nothing differs.
    ///
    /// What goes away comes first: an address may move from one Service to another within one batch.
    List<String> changes(Collection<String> keys) {
        var commands = new ArrayList<String>();
        for (String key : keys) {
            if (!wanted.containsKey(key)) {
                commands.addAll(difference(key));
            }
        }
        for (String key : keys) {
            if (wanted.containsKey(key)) {
                commands.addAll(difference(key));
            }
        }
        return commands;
    }

    private List<String> difference(String key) {
        return Fragment.difference(
                Ruleset.TABLE, installed.getOrDefault(key, Fragment.EMPTY), wanted.getOrDefault(key, Fragment.EMPTY));
    }

    /// To be called when the packet filter has taken what was last asked for.
    void installed() {
        installed = new HashMap<>(wanted);
    }

    int services() {
        return wanted.size();
    }
}
