package dev.shiplog.store.checkpoint;

import dev.shiplog.journal.Identity;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.journal.RevisionSample;
import dev.shiplog.store.journal.Session;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.StateHash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a checkpoint says of itself: where in which journal it stands, and all of the state but its entries.
///
/// @param topicId the journal that `position` belongs to
/// @param bytes how long the chunks are together
/// @param samples oldest first
record Manifest(
        StoreName store,
        UUID topicId,
        long position,
        long revision,
        long timeMillis,
        int rule,
        StateHash hash,
        @Nullable Identity identity,
        SortedMap<UUID, Session> sessions,
        long entries,
        long bytes,
        List<RevisionSample> samples) {

    private static final int VERSION = 1;
    private static final int DIGEST_BYTES = 32;
    private static final int SAMPLES_MAX = 4_096;

    static Manifest of(StoreName store, UUID topicId, State state, long bytes, List<RevisionSample> samples) {
        return new Manifest(
                store,
                topicId,
                state.position(),
                state.revision(),
                state.timeMillis(),
                state.rule(),
                state.stateHash(),
                state.identity(),
                state.sessions().byWriter(),
                state.size(),
                bytes,
                samples);
    }

    /// The state without its entries.
    State bareState() {
        return State.restored(sessions, position, revision, timeMillis, rule, identity);
    }

    /// Old samples and new ones, in order and each revision once. When they grow too many, every other one goes.
    static List<RevisionSample> merged(List<RevisionSample> old, List<RevisionSample> more) {
        long known = old.isEmpty() ? -1 : old.getLast().revision();
        List<RevisionSample> all = new ArrayList<>(old);
        more.stream().filter(sample -> sample.revision() > known).forEach(all::add);
        while (all.size() > SAMPLES_MAX) {
            List<RevisionSample> thinner = new ArrayList<>();
            for (int i = 0; i < all.size(); i += 2) {
                thinner.add(all.get(i));
            }
            all = thinner;
        }
        return List.copyOf(all);
    }

    /// The samples up to a state that a follower stands at or has passed.
    static List<RevisionSample> continued(List<RevisionSample> old, List<RevisionSample> recent, State state) {
        List<RevisionSample> before = recent.stream()
                .filter(sample -> sample.position() < state.position())
                .toList();
        return merged(old, merged(before, List.of(RevisionSample.of(state))));
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(store.text());
            writeUuid(out, topicId);
            out.writeLong(position);
            out.writeLong(revision);
            out.writeLong(timeMillis);
            out.writeInt(rule);
            out.writeLong(hash.high());
            out.writeLong(hash.low());
            out.writeLong(entries);
            out.writeLong(bytes());
            writeIdentity(out);
            writeSessions(out);
            writeSamples(out);
            out.flush();
            out.write(digest(bytes.toByteArray()));
        } catch (IOException impossible) {
            throw new AssertionError("memory has no I/O errors", impossible);
        }
        return bytes.toByteArray();
    }

    private void writeIdentity(DataOutputStream out) throws IOException {
        out.writeBoolean(identity != null);
        if (identity != null) {
            out.writeUTF(identity.clusterId());
            out.writeUTF(identity.topicId());
            String parentCluster = identity.parentCluster();
            out.writeBoolean(parentCluster != null);
            out.writeUTF(parentCluster == null ? "" : parentCluster);
            Long parentRevision = identity.parentRevision();
            out.writeBoolean(parentRevision != null);
            out.writeLong(parentRevision == null ? 0 : parentRevision);
        }
    }

    private void writeSessions(DataOutputStream out) throws IOException {
        out.writeInt(sessions.size());
        for (Map.Entry<UUID, Session> entry : sessions.entrySet()) {
            writeUuid(out, entry.getKey());
            Session session = entry.getValue();
            out.writeUTF(session.instance());
            out.writeInt(session.maxRule());
            out.writeLong(session.lastSequence());
            out.writeLong(session.lastMillis());
        }
    }

    private void writeSamples(DataOutputStream out) throws IOException {
        out.writeInt(samples.size());
        for (RevisionSample sample : samples) {
            out.writeLong(sample.revision());
            out.writeLong(sample.position());
            out.writeLong(sample.timeMillis());
        }
    }

    /// Null when the bytes are not what a manifest writer wrote.
    static @Nullable Manifest read(byte[] bytes) {
        int length = bytes.length - DIGEST_BYTES;
        if (length <= 0 || bytes[0] != VERSION) {
            return null;
        }
        byte[] body = Arrays.copyOf(bytes, length);
        if (!Arrays.equals(digest(body), Arrays.copyOfRange(bytes, length, bytes.length))) {
            return null;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(body))) {
            return read(in);
        } catch (IOException | IllegalArgumentException _) {
            return null;
        }
    }

    private static Manifest read(DataInputStream in) throws IOException {
        in.readByte();
        StoreName store = storeOf(in.readUTF());
        UUID topicId = readUuid(in);
        long position = in.readLong();
        long revision = in.readLong();
        long timeMillis = in.readLong();
        int rule = in.readInt();
        StateHash hash = new StateHash(in.readLong(), in.readLong());
        long entries = in.readLong();
        long bytes = in.readLong();
        return new Manifest(
                store,
                topicId,
                position,
                revision,
                timeMillis,
                rule,
                hash,
                readIdentity(in),
                readSessions(in),
                entries,
                bytes,
                readSamples(in));
    }

    private static @Nullable Identity readIdentity(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        String clusterId = in.readUTF();
        String topicId = in.readUTF();
        boolean hasParent = in.readBoolean();
        String parentCluster = in.readUTF();
        boolean hasRevision = in.readBoolean();
        long parentRevision = in.readLong();
        return new Identity(
                clusterId, topicId, hasParent ? parentCluster : null, hasRevision ? (Long) parentRevision : null);
    }

    private static SortedMap<UUID, Session> readSessions(DataInputStream in) throws IOException {
        var sessions = new TreeMap<UUID, Session>();
        for (int left = in.readInt(); left > 0; left--) {
            sessions.put(readUuid(in), new Session(in.readUTF(), in.readInt(), in.readLong(), in.readLong()));
        }
        return sessions;
    }

    private static List<RevisionSample> readSamples(DataInputStream in) throws IOException {
        List<RevisionSample> samples = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            samples.add(new RevisionSample(in.readLong(), in.readLong(), in.readLong()));
        }
        return List.copyOf(samples);
    }

    private static StoreName storeOf(String text) {
        return Arrays.stream(StoreName.values())
                .filter(store -> store.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no store is named " + text));
    }

    private static void writeUuid(DataOutputStream out, UUID uuid) throws IOException {
        out.writeLong(uuid.getMostSignificantBits());
        out.writeLong(uuid.getLeastSignificantBits());
    }

    private static UUID readUuid(DataInputStream in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
