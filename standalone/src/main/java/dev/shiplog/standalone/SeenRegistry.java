package dev.shiplog.standalone;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.journal.JournalUnavailable;
import dev.shiplog.store.kafka.ViewsHost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this data directory has seen of each journal: which topic it was, and the highest revision. A journal that is
/// another, or ends before, has lost what was acknowledged; to serve from it would take that back (DESIGN, store
/// protocol 8).
///
/// It is written now and then and at an orderly end, so what it knows is true though not always the newest. Deleting
/// `DATA/seen.json` makes a directory forget.
final class SeenRegistry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SeenRegistry.class);
    private static final Duration WRITE_EVERY = Duration.ofSeconds(10);
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC_ID = "topicId";
    private static final String REVISION = "revision";

    private final Path file;
    /// Whoever holds this file's lock may replace the other.
    private final Path turn;

    private final Journals journals;
    private final Thread thread = Thread.ofVirtual().name("seen").unstarted(this::run);
    private final Map<StoreName, Seen> written = new EnumMap<>(StoreName.class);

    /// One journal.
    record Seen(UUID topicId, long revision) {}

    /// The journals as this process sees them.
    interface Journals {
        Seen shown(StoreName store);

        /// Waits until all is shown that is in the journal now.
        void catchUp(StoreName store) throws JournalUnavailable, TimeoutException, InterruptedException;

        static Journals of(ViewsHost views) {
            return new Journals() {
                @Override
                public Seen shown(StoreName store) {
                    ViewsHost.Followed followed = views.of(store);
                    return new Seen(
                            followed.journal().topicId(),
                            followed.view().snapshot().revision());
                }

                @Override
                public void catchUp(StoreName store) throws JournalUnavailable, TimeoutException, InterruptedException {
                    ViewsHost.Followed followed = views.of(store);
                    followed.view().awaitPosition(followed.journal().end() - 1, CATCH_UP_MAX);
                }
            };
        }
    }

    SeenRegistry(Path file, Journals journals) {
        this.file = file;
        this.turn = file.resolveSibling(file.getFileName() + ".lock");
        this.journals = journals;
    }

    /// Begins to note what the views show.
    ///
    /// @throws Stop when a view shows less than was seen before
    void start() throws IOException, JournalUnavailable, TimeoutException, InterruptedException {
        Map<StoreName, Seen> before = read();
        for (Map.Entry<StoreName, Seen> each : before.entrySet()) {
            String lost = lost(each.getKey(), each.getValue());
            if (lost != null) {
                throw new Stop(
                        ExitCode.REFUSED,
                        lost,
                        "Bring the journal back, or use another --data; " + file + " holds what was seen");
            }
        }
        write();
        thread.start();
    }

    /// What is missing, as a sentence; null when nothing is.
    private @Nullable String lost(StoreName store, Seen before)
            throws JournalUnavailable, TimeoutException, InterruptedException {
        Seen now = journals.shown(store);
        if (!before.topicId().equals(now.topicId())) {
            return "the journal of %s was the topic %s when it was last seen, and is the topic %s now"
                    .formatted(store.text(), before.topicId(), now.topicId());
        }
        if (now.revision() < before.revision()) {
            // Another process may have seen more since this one asked for the end. All it saw is there by now.
            journals.catchUp(store);
            now = journals.shown(store);
        }
        return now.revision() < before.revision()
                ? "the journal of %s ends at revision %d, and revision %d was seen in it before"
                        .formatted(store.text(), now.revision(), before.revision())
                : null;
    }

    private Map<StoreName, Seen> now() {
        Map<StoreName, Seen> all = new EnumMap<>(StoreName.class);
        for (StoreName store : StoreName.values()) {
            all.put(store, journals.shown(store));
        }
        return all;
    }

    private Map<StoreName, Seen> read() throws IOException {
        Map<StoreName, Seen> all = new EnumMap<>(StoreName.class);
        if (!Files.exists(file)) {
            return all;
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            for (StoreName store : StoreName.values()) {
                JsonNode seen = json.path(store.text());
                if (seen.isObject()) {
                    all.put(
                            store,
                            new Seen(
                                    UUID.fromString(seen.path(TOPIC_ID).asText()),
                                    seen.path(REVISION).asLong()));
                }
            }
        } catch (JacksonException | IllegalArgumentException damaged) {
            LOG.warn("{} cannot be read and is written anew: {}", file, damaged.getMessage());
        }
        return all;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(WRITE_EVERY);
                write();
            }
        } catch (InterruptedException _) {
            LOG.debug("what is seen is not noted any more");
        }
    }

    /// Several processes may share the file: they write one after the other, and the higher revision stays.
    private synchronized void write() {
        Map<StoreName, Seen> now = now();
        if (now.equals(written)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(turn, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            LOG.trace("locked {}", lock);
            ObjectNode json = JSON.createObjectNode();
            Map<StoreName, Seen> there = read();
            now.forEach((store, seen) -> {
                Seen other = there.getOrDefault(store, seen);
                long revision = other.topicId().equals(seen.topicId())
                        ? Math.max(other.revision(), seen.revision())
                        : seen.revision();
                json.putObject(store.text())
                        .put(TOPIC_ID, seen.topicId().toString())
                        .put(REVISION, revision);
            });
            replace(JSON.writeValueAsBytes(json));
            written.putAll(now);
        } catch (IOException full) {
            LOG.warn("what was seen of the journals is not noted this time: {}", full.getMessage());
        }
    }

    private void replace(byte[] bytes) throws IOException {
        Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), "seen", ".new");
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(bytes));
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        thread.interrupt();
        write();
    }
}
