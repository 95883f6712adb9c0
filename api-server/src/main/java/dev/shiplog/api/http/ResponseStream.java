package dev.shiplog.api.http;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The open body of one exchange. What the owner hooked to it runs on the network thread, never inside a call of the
/// owner's, so the owner's locks and this one's cannot meet in two orders.
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, which is heard of
final class ResponseStream implements StreamChannel {
    private final Exchange exchange;
    private final Channel channel;
    private final AtomicInteger backlog = new AtomicInteger();
    private final Object lock = new Object();
    private volatile boolean open = true;
    private volatile @Nullable Runnable writable;
    private @Nullable Runnable closer;
    private @Nullable List<Future<?>> timers;

    ResponseStream(Exchange exchange, Channel channel) {
        this.exchange = exchange;
        this.channel = channel;
    }

    @Override
    public Offer offer(byte[] chunk) {
        if (open && backlog.get() + chunk.length > BACKLOG_MAX) {
            return Offer.TOO_SLOW;
        }
        return send(chunk) ? Offer.ACCEPTED : Offer.CLOSED;
    }

    @Override
    public void write(byte[] chunk) throws InterruptedException, Closed {
        exchange.awaitWritable();
        if (!send(chunk)) {
            throw new Closed();
        }
    }

    private boolean send(byte[] chunk) {
        synchronized (lock) {
            if (open && chunk.length > 0) {
                backlog.addAndGet(chunk.length);
                channel.writeAndFlush(exchange.chunk(chunk, 0, chunk.length))
                        .addListener(_ -> backlog.addAndGet(-chunk.length));
            }
            return open;
        }
    }

    @Override
    public boolean writable() {
        return open && channel.isWritable();
    }

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public void onWritable(Runnable action) {
        writable = action;
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (lock) {
            if (open) {
                closer = action;
                return;
            }
        }
        action.run();
    }

    @Override
    public void after(Duration delay, Runnable action) {
        synchronized (lock) {
            if (!open) {
                return;
            }
            List<Future<?>> all = timers;
            if (all == null) {
                all = new ArrayList<>(2);
                timers = all;
            }
            all.removeIf(Future::isDone);
            all.add(channel.eventLoop().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public void end() {
        synchronized (lock) {
            if (open) {
                close();
                exchange.finishChunks();
            }
        }
    }

    @Override
    public void abort() {
        channel.close();
        closed();
    }

    /// The channel took enough to go on.
    void nowWritable() {
        Runnable action = writable;
        if (action != null) {
            channel.eventLoop().execute(action);
        }
    }

    /// The channel is gone.
    void closed() {
        synchronized (lock) {
            if (open) {
                close();
            }
        }
    }

    private void close() {
        open = false;
        if (timers != null) {
            timers.forEach(timer -> timer.cancel(false));
            timers = null;
        }
        Runnable action = closer;
        closer = null;
        writable = null;
        exchange.streamClosed();
        if (action != null) {
            channel.eventLoop().execute(action);
        }
    }
}
