package dev.shiplog.api.resource;

import dev.shiplog.journal.Refused;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Appender;
import dev.shiplog.store.Result;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.TransactionDraft;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.TimeoutException;

/// An appender before which something else happens: between the decision and the append, where races are lost.
record MeddledAppender(Appender appender, Deque<Runnable> meddling) implements Appender {

    @Override
    public StoreName store() {
        return appender.store();
    }

    @Override
    public Result append(TransactionDraft draft) throws InterruptedException {
        Runnable next = meddling.poll();
        if (next != null) {
            next.run();
        }
        return appender.append(draft);
    }

    @Override
    public Result append(Refused refused) throws InterruptedException {
        return appender.append(refused);
    }

    @Override
    public Snapshot latest(Duration timeout) throws InterruptedException, TimeoutException {
        return appender.latest(timeout);
    }

    @Override
    public void close() {
        appender.close();
    }
}
