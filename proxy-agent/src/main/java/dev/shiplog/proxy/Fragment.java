package dev.shiplog.proxy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// A piece of an nftables table: chains with their rules, sets with their definitions, and elements of named sets and
/// maps.
/// Immutable. Two fragments of one table never share a name, so that each can be changed alone.
///
/// @param chains rules by chain name, in order
/// @param sets definition by set name, for sets of the fragment's own
/// @param elements elements by name of the set or map they belong to, each as nft writes it (`key` or `key : verdict`)
record Fragment(
        SortedMap<String, List<String>> chains,
        SortedMap<String, String> sets,
        SortedMap<String, SortedSet<String>> elements) {

    static final Fragment EMPTY = new Fragment(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    /// Collects a fragment.
    static final class Builder {
        private final SortedMap<String, List<String>> chains = new TreeMap<>();
        private final SortedMap<String, String> sets = new TreeMap<>();
        private final SortedMap<String, SortedSet<String>> elements = new TreeMap<>();

        Builder chain(String name, List<String> rules) {
            chains.put(name, List.copyOf(rules));
            return this;
        }

        Builder set(String name, String definition) {
            sets.put(name, definition);
            return this;
        }

        Builder element(String set, String element) {
            elements.computeIfAbsent(set, _ -> new TreeSet<>()).add(element);
            return this;
        }

        Fragment build() {
            return new Fragment(chains, sets, elements);
        }
    }

    /// A place in a set or map of the table; of those who want it only one can have it.
    record Claim(String set, String key) implements Comparable<Claim> {
        @Override
        public int compareTo(Claim other) {
            int bySet = set.compareTo(other.set);
            return bySet != 0 ? bySet : key.compareTo(other.key);
        }
    }

    /// One fragment of several. Where two of them want the same place the first has it.
    static Fragment together(Collection<Fragment> parts) {
        var whole = new Builder();
        Set<Claim> taken = new TreeSet<>();
        for (Fragment part : parts) {
            part.chains.forEach(whole::chain);
            part.sets.forEach(whole::set);
            Fragment rest = part.only(claim -> !taken.contains(claim));
            taken.addAll(rest.claims());
            rest.elements.forEach((set, elements) -> elements.forEach(element -> whole.element(set, element)));
        }
        return whole.build();
    }

    /// The places that it wants.
    Set<Claim> claims() {
        Set<Claim> claims = new TreeSet<>();
        elements.forEach((set, all) -> all.forEach(element -> claims.add(new Claim(set, key(element)))));
        return claims;
    }

    /// The fragment without the elements whose places it may not have.
    Fragment only(Predicate<Claim> allowed) {
        var less = new Builder();
        chains.forEach(less::chain);
        sets.forEach(less::set);
        elements.forEach((set, all) -> all.stream()
                .filter(element -> allowed.test(new Claim(set, key(element))))
                .forEach(element -> less.element(set, element)));
        return less.build();
    }

    /// The nft commands that turn `before` into `after` within `table`, in an order that never leaves a dangling jump.
    /// Empty when nothing differs. All of them belong into one nft transaction.
    static List<String> difference(String table, Fragment before, Fragment after) {
        var commands = new ArrayList<>(withdrawals(table, before, after));
        commands.addAll(additions(table, before, after));
        return List.copyOf(commands);
    }

    /// The first part of a difference: takes back elements, so that another fragment can have their places.
    static List<String> withdrawals(String table, Fragment before, Fragment after) {
        var commands = new ArrayList<String>();
        changeElements("delete", table, before.elements, after.elements, commands);
        return commands;
    }

    /// The second part of a difference: everything but the elements to take back.
    static List<String> additions(String table, Fragment before, Fragment after) {
        var commands = new ArrayList<String>();
        after.sets.forEach((name, definition) -> {
            if (!before.sets.containsKey(name)) {
                commands.add("add set %s %s { %s }".formatted(table, name, definition));
            }
        });
        after.chains.keySet().stream()
                .filter(name -> !before.chains.containsKey(name))
                .forEach(name -> commands.add("add chain %s %s".formatted(table, name)));
        after.chains.forEach((name, rules) -> {
            List<String> was = before.chains.get(name);
            if (rules.equals(was)) {
                return;
            }
            if (was != null) {
                commands.add("flush chain %s %s".formatted(table, name));
            }
            rules.forEach(rule -> commands.add("add rule %s %s %s".formatted(table, name, rule)));
        });
        changeElements("add", table, after.elements, before.elements, commands);
        var goneChains = before.chains.keySet().stream()
                .filter(name -> !after.chains.containsKey(name))
                .toList();
        // Chains refer to each other: all are emptied before the first is deleted.
        goneChains.forEach(name -> commands.add("flush chain %s %s".formatted(table, name)));
        goneChains.forEach(name -> commands.add("delete chain %s %s".formatted(table, name)));
        before.sets.keySet().stream()
                .filter(name -> !after.sets.containsKey(name))
                .forEach(name -> commands.add("delete set %s %s".formatted(table, name)));
        return commands;
    }

    /// The elements of `these` that `those` lack; a delete names the key alone.
    private static void changeElements(
            String verb,
            String table,
            Map<String, SortedSet<String>> these,
            Map<String, SortedSet<String>> those,
            List<String> commands) {
        these.forEach((set, elements) -> {
            SortedSet<String> other = those.getOrDefault(set, new TreeSet<>());
            List<String> changed = elements.stream()
                    .filter(element -> !other.contains(element))
                    .map(element -> verb.equals("delete") ? key(element) : element)
                    .toList();
            if (!changed.isEmpty()) {
                commands.add("%s element %s %s { %s }".formatted(verb, table, set, String.join(", ", changed)));
            }
        });
    }

    private static String key(String element) {
        int colon = element.indexOf(" : ");
        return colon < 0 ? element : element.substring(0, colon);
    }
}
