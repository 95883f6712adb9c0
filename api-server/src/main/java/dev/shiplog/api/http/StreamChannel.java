package dev.shiplog.api.http;

import java.time.Duration;

/// The client's end of a [ApiResponse.Stream]. Safe for any thread; chunks go out in the order in which they were
/// given.
///
/// Two ways to feed it. A producer that has a thread (the first state of a watch, a log) calls [#write], which waits
/// for a slow client. A producer that has none (live events) calls [#offer], which never waits: a client that falls
/// more than [#BACKLOG_MAX] bytes behind is told so by TOO_SLOW, and the producer cuts it off with [#end] or goes on
/// from [#onWritable]. The bytes given are shared by all channels that got them and must not change.
public interface StreamChannel {

    /// How many bytes may wait for one client.
    int BACKLOG_MAX = 1024 * 1024;

    /// What became of an offered chunk.
    enum Offer {
        ACCEPTED,
        /// Not taken: the client has too much to read already.
        TOO_SLOW,
        /// Not taken: the stream has ended.
        CLOSED
    }

    /// Hands a chunk over and flushes it. Never blocks.
    Offer offer(byte[] chunk);

    /// Hands a chunk over and flushes it, after waiting until the client has read enough.
    void write(byte[] chunk) throws InterruptedException, Closed;

    /// Whether little enough waits for the client that a producer should go on.
    boolean writable();

    boolean open();

    /// Runs `action` each time the channel becomes writable again. It runs on a network thread and must not block.
    void onWritable(Runnable action);

    /// Runs `action` once when the stream has ended, whoever ended it; at once if it has already. Must not block.
    void onClose(Runnable action);

    /// Runs `action` after `delay` on a network thread, unless the stream ends before. Costs no thread.
    void after(Duration delay, Runnable action);

    /// Ends the body properly once what was accepted has gone out.
    void end();

    /// Drops the connection, so that the client sees that the body is not whole.
    void abort();

    /// The client has gone, or the stream was ended.
    final class Closed extends Exception {
        private static final long serialVersionUID = 1L;

        public Closed() {
            super("stream closed", null, false, false);
        }
    }
}
