package dev.shiplog.schemas;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A value computed when first asked for, once; the computation must depend on nothing that changes.
final class Lazy<T> {
    private final Supplier<T> compute;
    private volatile @Nullable T value;

    Lazy(Supplier<T> compute) {
        this.compute = compute;
    }

    T get() {
        T known = value;
        return known != null ? known : first();
    }

    private synchronized T first() {
        T known = value;
        if (known == null) {
            known = compute.get();
            value = known;
        }
        return known;
    }
}
