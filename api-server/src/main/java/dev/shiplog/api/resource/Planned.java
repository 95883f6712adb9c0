package dev.shiplog.api.resource;

import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.store.Entry;
import java.util.List;

/// What one intent comes to, before the journal has had its say.
sealed interface Planned {
    ApiObject object();

    List<String> warnings();

    /// The object is written; `value` is its Avro bytes as they go into the journal.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Put(ApiObject object, byte[] value, boolean created, List<String> warnings) implements Planned {}

    /// The object stays exactly as it is, so nothing is written.
    record Unchanged(ApiObject object, Entry entry, List<String> warnings) implements Planned {}

    /// The object goes; `object` is its last state.
    record Removed(ApiObject object, List<String> warnings) implements Planned {}
}
