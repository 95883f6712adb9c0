package dev.shiplog.schemas.registry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A `_schemas` that several registries of one test share; the log outlives them.
final class InMemorySchemaTopic {
    final List<SchemaTopic.Entry> log = new ArrayList<>();
    private @Nullable Object writer;

    SchemaTopic open() {
        return new SchemaTopic() {
            private int position;

            @Override
            public List<Entry> readToEnd() {
                var news = List.copyOf(log.subList(position, log.size()));
                position = log.size();
                return news;
            }

            @Override
            public void claim() {
                writer = this;
            }

            @Override
            public boolean append(Entry entry) {
                return equals(writer) && log.add(entry);
            }

            @Override
            public void close() {}
        };
    }
}
