package dev.shiplog.store;

import dev.shiplog.journal.Refused;
import dev.shiplog.schemas.StoreName;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// The one place in a process from which one store's journal grows. Safe for any thread; callers block cheaply on
/// virtual threads.
public interface Appender extends AutoCloseable {

    /// How many appends may wait for their outcome at once. One more is [Result.Overloaded].
    int PENDING_MAX = 8_192;

    /// How many bytes those may have together.
    long PENDING_BYTES_MAX = 24L << 20;

    StoreName store();

    /// Appends a transaction and waits for its outcome: until the own view has applied it and the journal has
    /// acknowledged it. The view then shows it to the caller.
    Result append(TransactionDraft draft) throws InterruptedException;

    /// Records that a request was refused by admission. [Result.Committed] has `from` = `to` + 1.
    Result append(Refused refused) throws InterruptedException;

    /// A snapshot that has everything that was acknowledged to anyone before this call.
    Snapshot latest(Duration timeout) throws InterruptedException, TimeoutException;

    /// Stops sending. Appends that still wait end as [Result.Unknown].
    @Override
    void close();
}
