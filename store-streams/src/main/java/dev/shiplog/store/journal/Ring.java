package dev.shiplog.store.journal;

import static dev.shiplog.store.Invariant.invariant;

import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// A queue that can be read at any place: elements are added at the end and dropped at the front.
final class Ring<T> extends AbstractList<T> implements RandomAccess {
    private @Nullable Object[] slots = new Object[16];
    private int first;
    private int size;

    @Override
    public int size() {
        return size;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // a slot in use has an element, and only elements are put in
    public T get(int index) {
        invariant(index >= 0 && index < size, "element %d of %d", index, size);
        return (T) slots[(first + index) & (slots.length - 1)];
    }

    @Override
    public boolean add(T element) {
        if (size == slots.length) {
            grow();
        }
        slots[(first + size++) & (slots.length - 1)] = element;
        return true;
    }

    T dropFirst() {
        T element = get(0);
        slots[first] = null;
        first = (first + 1) & (slots.length - 1);
        size--;
        return element;
    }

    private void grow() {
        @Nullable Object[] wider = new Object[slots.length * 2];
        int tail = slots.length - first;
        System.arraycopy(slots, first, wider, 0, tail);
        System.arraycopy(slots, 0, wider, tail, first);
        slots = wider;
        first = 0;
    }
}
