package dev.shiplog.store.reconcile;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.StoreBuilder;

/// Builds a store in memory that needs neither a changelog nor a cache: what it holds comes from a topic or a view.
///
/// @param make gives each task a store of its own
record UnloggedStore<S extends StateStore>(String name, Supplier<S> make) implements StoreBuilder<S> {
    @Override
    public UnloggedStore<S> withCachingEnabled() {
        return this;
    }

    @Override
    public UnloggedStore<S> withCachingDisabled() {
        return this;
    }

    @Override
    public UnloggedStore<S> withLoggingEnabled(Map<String, String> config) {
        return this;
    }

    @Override
    public UnloggedStore<S> withLoggingDisabled() {
        return this;
    }

    @Override
    public S build() {
        return make.get();
    }

    @Override
    public Map<String, String> logConfig() {
        return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
        return false;
    }
}
