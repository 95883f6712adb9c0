package dev.shiplog.schemas.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The topic `_schemas` as the registry uses it: read in order from the start, appended to by one writer at a time.
/// Not safe for several threads; the registry calls it under its lock.
public interface SchemaTopic extends AutoCloseable {

    /// A key and a value in Confluent's JSON; a null value deletes the key.
    record Entry(String key, @Nullable String value) {}

    /// What was appended since the last call, up to the end of the topic as it is now. The first call begins at the
    /// topic's start.
    ///
    /// @throws RegistryException when Kafka does not answer
    List<Entry> readToEnd();

    /// Becomes the only writer: whoever was before can append no more. Does nothing when it already is.
    void claim();

    /// Appends durably.
    ///
    /// @return false when another writer has claimed the topic meanwhile, and nothing was appended
    boolean append(Entry entry);

    @Override
    void close();
}
