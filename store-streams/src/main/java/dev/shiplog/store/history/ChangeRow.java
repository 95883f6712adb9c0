package dev.shiplog.store.history;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// What the index keeps of one change: all but the values, which are versions of the object, and what it shares with
/// the
/// other changes of its transaction.
///
/// @param previous the revision of the version before, 0 when the object was absent
/// @param deleted whether the object is absent since
record ChangeRow(long position, int index, long previous, boolean deleted, Key key, String verb, String subresource) {

    static ChangeRow of(Change change) {
        Entry before = change.before();
        return new ChangeRow(
                change.position(),
                change.index(),
                before == null ? 0 : before.revision(),
                change.now() == null,
                change.key(),
                change.verb(),
                change.subresource());
    }

    /// The change again, with its values and its transaction.
    Change change(long revision, @Nullable Entry before, @Nullable Entry now, TransactionRow transaction) {
        return new Change(
                revision,
                position,
                index,
                key,
                before,
                now,
                verb,
                subresource,
                transaction.id(),
                transaction.origin(),
                transaction.time());
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(position);
            out.writeInt(index);
            out.writeLong(previous);
            out.writeBoolean(deleted);
            out.writeUTF(key.group());
            out.writeUTF(key.resource());
            out.writeUTF(key.namespace());
            out.writeUTF(key.name());
            out.writeUTF(verb);
            out.writeUTF(subresource);
        } catch (IOException impossible) {
            throw new AssertionError("memory has no I/O errors", impossible);
        }
        return bytes.toByteArray();
    }

    static ChangeRow read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new ChangeRow(
                    in.readLong(),
                    in.readInt(),
                    in.readLong(),
                    in.readBoolean(),
                    new Key(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF()),
                    in.readUTF(),
                    in.readUTF());
        } catch (IOException damaged) {
            throw new UncheckedIOException("a row of the history index is damaged", damaged);
        }
    }
}
