package dev.shiplog.store.checkpoint;

import dev.shiplog.journal.Key;
import dev.shiplog.store.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.function.Consumer;

/// A run of entries in key order, as bytes. What of a key equals the key before it is not written again, and
/// when read shares its strings.
final class Chunk {
    private static final int VERSION = 1;
    private static final int SAME_RESOURCE = 1;
    private static final int SAME_NAMESPACE = 2;
    private static final Key NO_KEY = new Key("", "", "", "");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(CheckpointStorage.CHUNK_BYTES + 1_024);
    private final DataOutputStream out = new DataOutputStream(bytes);
    private Key previous = NO_KEY;
    private int entries;

    Chunk() throws IOException {
        out.writeByte(VERSION);
    }

    void add(Entry entry) throws IOException {
        Key key = entry.key();
        boolean sameResource =
                key.resource().equals(previous.resource()) && key.group().equals(previous.group());
        boolean sameNamespace = key.namespace().equals(previous.namespace());
        out.writeByte((sameResource ? SAME_RESOURCE : 0) | (sameNamespace ? SAME_NAMESPACE : 0));
        if (!sameResource) {
            out.writeUTF(key.group());
            out.writeUTF(key.resource());
        }
        if (!sameNamespace) {
            out.writeUTF(key.namespace());
        }
        out.writeUTF(key.name());
        out.writeLong(entry.revision());
        out.writeLong(entry.schema());
        out.writeInt(entry.value().length);
        out.write(entry.value());
        previous = key;
        entries++;
    }

    boolean isEmpty() {
        return entries == 0;
    }

    boolean isFull() {
        return bytes.size() >= CheckpointStorage.CHUNK_BYTES;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /// @throws IOException when the bytes are no chunk
    static void read(byte[] chunk, Consumer<Entry> entries) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(chunk))) {
            if (in.read() != VERSION) {
                throw new IOException("a chunk of another version");
            }
            Key previous = NO_KEY;
            while (in.available() > 0) {
                Entry entry = readEntry(in, previous);
                entries.accept(entry);
                previous = entry.key();
            }
        }
    }

    private static Entry readEntry(DataInputStream in, Key previous) throws IOException {
        int same = in.readByte();
        boolean sameResource = (same & SAME_RESOURCE) != 0;
        String group = sameResource ? previous.group() : in.readUTF();
        String resource = sameResource ? previous.resource() : in.readUTF();
        String namespace = (same & SAME_NAMESPACE) != 0 ? previous.namespace() : in.readUTF();
        Key key = new Key(group, resource, namespace, in.readUTF());
        long revision = in.readLong();
        long schema = in.readLong();
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a value is longer than its chunk");
        }
        byte[] value = new byte[length];
        in.readFully(value);
        return new Entry(key, revision, schema, value);
    }
}
