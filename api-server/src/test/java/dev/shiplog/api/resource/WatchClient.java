package dev.shiplog.api.resource;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shiplog.api.http.StreamChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/// The client's end of a watch: keeps what it receives, can be slow, and can be cut off.
public final class WatchClient implements StreamChannel {
    private final List<JsonNode> events = new ArrayList<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private final List<Runnable> onWritable = new ArrayList<>();
    private final List<Runnable> timers = new ArrayList<>();
    private final List<Duration> delays = new ArrayList<>();
    private Map<String, String> headers = Map.of();
    private int capacity = Integer.MAX_VALUE;
    private boolean open = true;
    private boolean aborted;

    public WatchClient accept(String accept) {
        headers = Map.of("Accept", accept);
        return this;
    }

    Map<String, String> headers() {
        return headers;
    }

    /// How many further chunks it takes before it is too slow.
    public synchronized void reads(int chunks) {
        capacity = chunks;
        notifyAll();
        if (chunks > 0) {
            List.copyOf(onWritable).forEach(Runnable::run);
        }
    }

    @Override
    public synchronized Offer offer(byte[] chunk) {
        if (!open) {
            return Offer.CLOSED;
        }
        if (capacity <= 0) {
            return Offer.TOO_SLOW;
        }
        take(chunk);
        return Offer.ACCEPTED;
    }

    @Override
    public synchronized void write(byte[] chunk) throws InterruptedException, Closed {
        while (open && capacity <= 0) {
            wait();
        }
        if (!open) {
            throw new Closed();
        }
        take(chunk);
    }

    private void take(byte[] chunk) {
        capacity--;
        try {
            for (String line : new String(chunk, java.nio.charset.StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isEmpty()) {
                    events.add(Cluster.JSON.readTree(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        notifyAll();
    }

    @Override
    public synchronized boolean writable() {
        return open && capacity > 0;
    }

    @Override
    public synchronized boolean open() {
        return open;
    }

    @Override
    public synchronized void onWritable(Runnable action) {
        onWritable.add(action);
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (this) {
            if (open) {
                onClose.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public synchronized void after(Duration delay, Runnable action) {
        delays.add(delay);
        timers.add(action);
    }

    /// Lets the time of the timers set for this delay come.
    public void elapse(Duration delay) {
        var due = new ArrayList<Runnable>();
        synchronized (this) {
            for (int i = delays.size() - 1; i >= 0; i--) {
                if (delays.get(i).equals(delay)) {
                    due.add(timers.remove(i));
                    delays.remove(i);
                }
            }
        }
        due.forEach(Runnable::run);
    }

    @Override
    public void end() {
        List<Runnable> closing;
        synchronized (this) {
            if (!open) {
                return;
            }
            open = false;
            notifyAll();
            closing = List.copyOf(onClose);
        }
        closing.forEach(Runnable::run);
    }

    @Override
    public void abort() {
        synchronized (this) {
            aborted = true;
        }
        end();
    }

    public synchronized boolean aborted() {
        return aborted;
    }

    void failed(Exception why) {
        if (!(why instanceof Closed)) {
            why.printStackTrace();
        }
        end();
    }

    /// What has come so far.
    public synchronized List<JsonNode> events() {
        return List.copyOf(events);
    }

    /// Waits until so many events have come.
    public List<JsonNode> await(int count) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> events().size() >= count);
        return events();
    }

    public void awaitEnd() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !open());
    }

    /// `TYPE name` of each event that has come.
    public List<String> summary() {
        return events().stream()
                .map(event -> event.path("type").asText() + " "
                        + event.at("/object/metadata/name").asText())
                .toList();
    }

    public long revision(int index) {
        return events().get(index).at("/object/metadata/resourceVersion").asLong();
    }
}
