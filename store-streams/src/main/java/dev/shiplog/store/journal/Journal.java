package dev.shiplog.store.journal;

import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.RevisionGone;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// The one sequence of records of a store. Order is made here and nowhere else.
///
/// Offsets begin at 0 and are dense. A record that a reader has seen is durable and stays where it is.
public interface Journal extends AutoCloseable {

    StoreName store();

    /// Identity of the sequence: a topic that is deleted and created anew has another one.
    UUID topicId();

    /// The first offset still held.
    long start() throws JournalUnavailable;

    /// The offset that the next record will get, looked up after the call began: every record
    /// that was acknowledged before the call is below it.
    long end() throws JournalUnavailable;

    /// Reads from an offset on. Each reader belongs to one thread.
    Reader reader(long from);

    /// A way to append, with an order of its own: records that one writer sends and that succeed stand in the
    /// order of the calls of [Writer#send]. Only a process with the right to append opens one.
    Writer writer();

    /// Gives up the records below an offset.
    void deleteRecords(long before) throws JournalUnavailable;

    @Override
    void close();

    /// One record where it stands.
    ///
    /// @param stampMillis log-append time, in milliseconds since the epoch
    @SuppressWarnings("ArrayRecordComponent") // bytes pass through and are not compared
    record Stored(long offset, long stampMillis, byte[] bytes) {}

    interface Reader extends AutoCloseable {

        /// The next records, in order; empty when none came in time.
        ///
        /// @throws RevisionGone when the next record was given up; its number is an offset
        List<Stored> poll(Duration atMost) throws JournalUnavailable, RevisionGone, InterruptedException;

        @Override
        void close();
    }

    interface Writer extends AutoCloseable {

        /// Hands one record to the journal and returns; it blocks for a second at most, when too much is under
        /// way. The acknowledgement is called exactly once, on any thread, perhaps before this returns.
        void send(byte[] bytes, Acknowledgement acknowledgement);

        @Override
        void close();
    }

    interface Acknowledgement {

        void acknowledged(long offset, long stampMillis);

        /// The outcome is unknown: the record may stand in the journal, now or later, or never.
        void failed(Exception cause);
    }
}
