package dev.shiplog.store.journal;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Entry;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The entries of one resource in order of namespace and name: a persistent B-tree. A change copies the nodes
/// on one path and shares the rest, so every version stays readable for as long as someone holds it.
final class EntryTree {

    static final EntryTree EMPTY = new EntryTree(new Leaf(new Entry[0]), 0);

    /// Wide enough to need few levels, narrow enough to copy cheaply.
    private static final int FAN_MAX = 32;

    private static final int FAN_MIN = FAN_MAX / 4;

    private final Node root;
    private final int size;

    private EntryTree(Node root, int size) {
        this.root = root;
        this.size = size;
    }

    int size() {
        return size;
    }

    @Nullable
    Entry get(Key key) {
        Node node = root;
        while (node instanceof Branch branch) {
            node = branch.children[branch.childOf(key.namespace(), key.name())];
        }
        Leaf leaf = (Leaf) node;
        int at = leaf.lowerBound(key.namespace(), key.name());
        return leaf.holds(at, key) ? leaf.entries[at] : null;
    }

    /// Adds an entry whose key is not there.
    EntryTree add(Entry entry) {
        Node changed = root.put(entry);
        if (changed.size() > FAN_MAX) {
            Node right = changed.rightHalf();
            changed = new Branch(new Key[] {changed.low(), right.low()}, new Node[] {changed.leftHalf(), right});
        }
        return new EntryTree(changed, size + 1);
    }

    /// Puts an entry in the place of that of the same key.
    EntryTree replace(Entry entry) {
        return new EntryTree(root.put(entry), size);
    }

    /// Removes a key that is there.
    EntryTree remove(Key key) {
        Node changed = root.remove(key);
        while (changed instanceof Branch branch && branch.size() == 1) {
            changed = branch.children[0];
        }
        return size == 1 ? EMPTY : new EntryTree(changed, size - 1);
    }

    /// The entries from (namespace, name) on.
    Iterator<Entry> from(String namespace, String name) {
        return new Walk(root, namespace, name);
    }

    private static int compare(Key key, String namespace, String name) {
        int byNamespace = key.namespace().compareTo(namespace);
        return byNamespace != 0 ? byNamespace : key.name().compareTo(name);
    }

    private static <T> T[] inserted(T[] array, int at, T element) {
        T[] copy = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, at, copy, at + 1, array.length - at);
        copy[at] = element;
        return copy;
    }

    private static <T> T[] replaced(T[] array, int at, T element) {
        T[] copy = array.clone();
        copy[at] = element;
        return copy;
    }

    private static <T> T[] without(T[] array, int at) {
        T[] copy = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, at + 1, copy, at, copy.length - at);
        return copy;
    }

    private static <T> T[] joined(T[] left, T[] right) {
        T[] all = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, all, left.length, right.length);
        return all;
    }

    /// May for a moment be wider than [#FAN_MAX], or narrower than [#FAN_MIN]: who asked for the change then
    /// splits it, or evens it out with a neighbour.
    private abstract static sealed class Node {

        abstract int size();

        /// Not above any key below this node.
        abstract Key low();

        abstract Node put(Entry entry);

        abstract Node remove(Key key);

        abstract Node leftHalf();

        abstract Node rightHalf();

        /// This node and its right neighbour as one.
        abstract Node joinedWith(Node right);
    }

    private static final class Leaf extends Node {
        private final Entry[] entries;

        Leaf(Entry[] entries) {
            this.entries = entries;
        }

        int lowerBound(String namespace, String name) {
            int low = 0;
            int high = entries.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (compare(entries[middle].key(), namespace, name) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        boolean holds(int at, Key key) {
            return at < entries.length && compare(entries[at].key(), key.namespace(), key.name()) == 0;
        }

        @Override
        int size() {
            return entries.length;
        }

        @Override
        Key low() {
            return entries[0].key();
        }

        @Override
        Node put(Entry entry) {
            int at = lowerBound(entry.key().namespace(), entry.key().name());
            return new Leaf(holds(at, entry.key()) ? replaced(entries, at, entry) : inserted(entries, at, entry));
        }

        @Override
        Node remove(Key key) {
            return new Leaf(without(entries, lowerBound(key.namespace(), key.name())));
        }

        @Override
        Node leftHalf() {
            return new Leaf(Arrays.copyOf(entries, entries.length / 2));
        }

        @Override
        Node rightHalf() {
            return new Leaf(Arrays.copyOfRange(entries, entries.length / 2, entries.length));
        }

        @Override
        Node joinedWith(Node right) {
            return new Leaf(joined(entries, ((Leaf) right).entries));
        }
    }

    private static final class Branch extends Node {
        private final Key[] lows;
        private final Node[] children;

        Branch(Key[] lows, Node[] children) {
            this.lows = lows;
            this.children = children;
        }

        /// The child that has, or would get, a key. The first child also takes keys below its low.
        int childOf(String namespace, String name) {
            int low = 1;
            int high = children.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (compare(lows[middle], namespace, name) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }

        @Override
        int size() {
            return children.length;
        }

        @Override
        Key low() {
            return lows[0];
        }

        @Override
        Node put(Entry entry) {
            int at = childOf(entry.key().namespace(), entry.key().name());
            Node changed = children[at].put(entry);
            if (changed.size() <= FAN_MAX) {
                return new Branch(at == 0 ? replaced(lows, 0, changed.low()) : lows, replaced(children, at, changed));
            }
            Node right = changed.rightHalf();
            return new Branch(
                    inserted(at == 0 ? replaced(lows, 0, changed.low()) : lows, at + 1, right.low()),
                    inserted(replaced(children, at, changed.leftHalf()), at + 1, right));
        }

        @Override
        Node remove(Key key) {
            int at = childOf(key.namespace(), key.name());
            Node changed = children[at].remove(key);
            if (changed.size() >= FAN_MIN || children.length == 1) {
                return new Branch(lows, replaced(children, at, changed));
            }
            int left = at == 0 ? 0 : at - 1;
            Node[] now = replaced(children, at, changed);
            Node joined = now[left].joinedWith(now[left + 1]);
            if (joined.size() <= FAN_MAX) {
                return new Branch(without(lows, left + 1), replaced(without(now, left + 1), left, joined));
            }
            Node right = joined.rightHalf();
            now[left] = joined.leftHalf();
            now[left + 1] = right;
            return new Branch(replaced(lows, left + 1, right.low()), now);
        }

        @Override
        Node leftHalf() {
            int half = children.length / 2;
            return new Branch(Arrays.copyOf(lows, half), Arrays.copyOf(children, half));
        }

        @Override
        Node rightHalf() {
            int half = children.length / 2;
            return new Branch(
                    Arrays.copyOfRange(lows, half, lows.length), Arrays.copyOfRange(children, half, children.length));
        }

        @Override
        Node joinedWith(Node right) {
            Branch other = (Branch) right;
            return new Branch(joined(lows, other.lows), joined(children, other.children));
        }
    }

    /// Walks the leaves from left to right with the path to the present one on a stack.
    private static final class Walk implements Iterator<Entry> {
        private static final int DEPTH_MAX = 16;

        private final Branch[] path = new Branch[DEPTH_MAX];
        private final int[] turn = new int[DEPTH_MAX];
        private int depth;
        private Leaf leaf;
        private int at;

        Walk(Node root, String namespace, String name) {
            Node node = root;
            while (node instanceof Branch branch) {
                path[depth] = branch;
                turn[depth] = branch.childOf(namespace, name);
                node = branch.children[turn[depth]];
                depth++;
            }
            leaf = (Leaf) node;
            at = leaf.lowerBound(namespace, name);
            skipFinishedLeaves();
        }

        private void skipFinishedLeaves() {
            while (at == leaf.entries.length) {
                while (depth > 0 && turn[depth - 1] == path[depth - 1].children.length - 1) {
                    depth--;
                }
                if (depth == 0) {
                    return;
                }
                Node node = path[depth - 1].children[++turn[depth - 1]];
                while (node instanceof Branch branch) {
                    path[depth] = branch;
                    turn[depth] = 0;
                    node = branch.children[0];
                    depth++;
                }
                leaf = (Leaf) node;
                at = 0;
            }
        }

        @Override
        public boolean hasNext() {
            return at < leaf.entries.length;
        }

        @Override
        public Entry next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Entry entry = leaf.entries[at++];
            skipFinishedLeaves();
            return entry;
        }
    }
}
