package dev.shiplog.schemas.registry;

import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/// What a new version of a subject must be able to read, or be read by, before the registry takes it.
public enum Compatibility {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsOld;
    private final boolean readByOld;
    private final boolean transitive;

    Compatibility(boolean readsOld, boolean readByOld, boolean transitive) {
        this.readsOld = readsOld;
        this.readByOld = readByOld;
        this.transitive = transitive;
    }

    /// Why `candidate` may not follow `versions` (oldest first); empty when it may.
    List<String> problems(Schema candidate, List<Schema> versions) {
        List<Schema> compared = transitive || versions.isEmpty() ? versions : List.of(versions.getLast());
        return compared.stream()
                .flatMap(version -> Stream.concat(
                        readsOld ? unreadable(candidate, version) : Stream.empty(),
                        readByOld ? unreadable(version, candidate) : Stream.empty()))
                .distinct()
                .toList();
    }

    private static Stream<String> unreadable(Schema reader, Schema writer) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        if (result.getType() == SchemaCompatibilityType.COMPATIBLE) {
            return Stream.empty();
        }
        return result.getResult().getIncompatibilities().stream()
                .map(found -> "%s at %s: %s".formatted(found.getType(), found.getLocation(), found.getMessage()));
    }
}
