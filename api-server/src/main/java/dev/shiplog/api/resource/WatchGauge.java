package dev.shiplog.api.resource;

/// Where watches are counted.
public interface WatchGauge {
    void began(String resource);

    void ended(String resource);

    /// A watcher was cut off because it read too slowly.
    void dropped(String resource);

    /// Counts nothing.
    WatchGauge NONE = new WatchGauge() {
        @Override
        public void began(String resource) {}

        @Override
        public void ended(String resource) {}

        @Override
        public void dropped(String resource) {}
    };
}
