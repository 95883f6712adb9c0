package dev.shiplog.store.sim;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.MemoryJournal;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// An in-memory journal behind a bad network and a broker that crashes.
///
/// A record travels from its writer's queue to the broker's memory and becomes durable, visible and
/// acknowledged when the broker syncs. On the way it may be lost, delayed or doubled, its acknowledgement may
/// be lost, and what is not synced is lost when the broker crashes. Each of these happens in a step of its own.
final class SimJournal implements Journal {
    private final MemoryJournal durable;
    private final RandomGenerator random;
    private final List<SimWriter> writers = new ArrayList<>();
    private final List<Message> unsynced = new ArrayList<>();
    private final List<Message> astray = new ArrayList<>();
    private final Queue<Reply> replies = new ArrayDeque<>();

    SimJournal(RandomGenerator random, InstantSource clock) {
        this.random = random;
        durable = new MemoryJournal(StoreName.MAIN, new UUID(random.nextLong(), random.nextLong()), clock);
    }

    /// @param asker null when nobody hears what becomes of it
    @SuppressWarnings("ArrayRecordComponent") // bytes pass through and are not compared
    private record Message(
            byte[] bytes,
            @Nullable SimWriter sender,
            @Nullable Acknowledgement asker) {
        Message unheard() {
            return new Message(bytes, null, null);
        }
    }

    private record Reply(@Nullable SimWriter to, Runnable what) {}

    final class SimWriter implements Writer {
        private final Queue<Message> queue = new ArrayDeque<>();
        private boolean dead;

        @Override
        public void send(byte[] bytes, Acknowledgement acknowledgement) {
            queue.add(new Message(bytes, this, acknowledgement));
        }

        /// The process is gone; what it sent may still be on its way.
        @Override
        public void close() {
            dead = true;
            queue.forEach(message -> {
                if (random.nextBoolean()) {
                    astray.add(message.unheard());
                }
            });
            queue.clear();
            writers.remove(this);
        }
    }

    @Override
    public Writer writer() {
        var writer = new SimWriter();
        writers.add(writer);
        return writer;
    }

    /// Moves the next message of some writer to the broker, or nearly so.
    void deliver(Weather weather) {
        List<SimWriter> sending =
                writers.stream().filter(writer -> !writer.queue.isEmpty()).toList();
        if (sending.isEmpty()) {
            return;
        }
        Message message = sending.get(random.nextInt(sending.size())).queue.remove();
        switch (weather == Weather.FAIR ? Fate.ARRIVES : fate()) {
            case ARRIVES -> unsynced.add(message);
            case LOST -> fail(message);
            case ASTRAY -> {
                fail(message);
                astray.add(message.unheard());
            }
            case UNANSWERED -> {
                fail(message);
                unsynced.add(message.unheard());
            }
            case DOUBLED -> {
                unsynced.add(message);
                (random.nextBoolean() ? unsynced : astray).add(message.unheard());
            }
        }
    }

    enum Weather {
        FAIR,
        FOUL
    }

    private enum Fate {
        ARRIVES,
        LOST,
        ASTRAY,
        UNANSWERED,
        DOUBLED
    }

    private Fate fate() {
        int draw = random.nextInt(100);
        if (draw < 88) {
            return Fate.ARRIVES;
        }
        return Fate.values()[1 + draw % 4];
    }

    /// A message that went astray arrives late, or never.
    void straggle() {
        if (!astray.isEmpty()) {
            Message late = astray.remove(random.nextInt(astray.size()));
            if (random.nextInt(4) > 0) {
                unsynced.add(late);
            }
        }
    }

    /// Time passes in which whatever was on its way is gone. Sessions may end because nothing is under way for
    /// a day.
    void forgetAstray() {
        astray.clear();
    }

    /// What the broker has in memory becomes durable and visible, in order.
    void sync() {
        for (Message message : unsynced) {
            Stored stored = durable.append(message.bytes);
            Acknowledgement asker = message.asker;
            if (asker != null) {
                replies.add(new Reply(message.sender, () -> asker.acknowledged(stored.offset(), stored.stampMillis())));
            }
        }
        unsynced.clear();
    }

    /// The broker loses its memory. Some of what it had not synced, its senders' clients still try to deliver.
    void crash() {
        for (Message message : unsynced) {
            fail(message);
            if (random.nextInt(3) == 0) {
                astray.add(message.unheard());
            }
        }
        unsynced.clear();
    }

    private void fail(Message message) {
        Acknowledgement asker = message.asker;
        if (asker != null) {
            replies.add(new Reply(message.sender, () -> asker.failed(new Exception("no answer in time"))));
        }
    }

    /// Tells one sender what it knows of one record.
    void reply() {
        Reply reply = replies.poll();
        if (reply != null && (reply.to == null || !reply.to.dead)) {
            reply.what.run();
        }
    }

    /// Bytes that no writer of ours sent.
    void scribble(byte[] bytes) {
        unsynced.add(new Message(bytes, null, null));
    }

    boolean isQuiet() {
        return unsynced.isEmpty() && replies.isEmpty() && writers.stream().allMatch(writer -> writer.queue.isEmpty());
    }

    List<Stored> read(long from, int count) throws RevisionGone {
        return durable.read(from, count);
    }

    @Override
    public StoreName store() {
        return durable.store();
    }

    @Override
    public UUID topicId() {
        return durable.topicId();
    }

    @Override
    public long start() {
        return durable.start();
    }

    @Override
    public long end() {
        return durable.end();
    }

    @Override
    public Reader reader(long from) {
        return durable.reader(from);
    }

    @Override
    public void deleteRecords(long before) {
        durable.deleteRecords(before);
    }

    @Override
    public void close() {}
}
