package dev.shiplog.standalone.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/// Creates ConfigMaps one after another, whatever becomes of the cluster meanwhile, and remembers which were answered
/// 201. One that was not answered is asked for again until it is there.
final class Creations {
    /// What the names begin with.
    static final String PREFIX = "map-";

    private static final Duration EACH_WITHIN = Duration.ofMinutes(6);

    /// Slow enough to be under way for as long as a process takes to start again.
    private static final Duration PACE = Duration.ofMillis(10);

    private final AdminClient admin;
    private final String namespace;
    private final int wanted;
    private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Thread thread;

    private Creations(AdminClient admin, String namespace, int wanted) {
        this.admin = admin;
        this.namespace = namespace;
        this.wanted = wanted;
        this.thread = Thread.ofPlatform().name("creations").daemon().unstarted(this::run);
    }

    static Creations start(AdminClient admin, String namespace, int wanted) {
        var creations = new Creations(admin, namespace, wanted);
        creations.thread.start();
        return creations;
    }

    private void run() {
        for (int i = 0; i < wanted; i++) {
            String name = "%s%05d".formatted(PREFIX, i);
            Awaitility.await()
                    .atMost(EACH_WITHIN)
                    .pollDelay(PACE)
                    .pollInterval(PACE)
                    .pollInSameThread()
                    .until(() -> exists(name));
        }
    }

    private boolean exists(String name) throws InterruptedException {
        try {
            int code = admin.createMap(namespace, name, name).code();
            if (code == 201) {
                acknowledged.add(name);
            }
            // 409: the attempt before was carried out, and its answer lost.
            if (code == 201 || code == 409) {
                return true;
            }
        } catch (IOException _) {
            // No answer: the server is away.
        }
        unanswered.incrementAndGet();
        return false;
    }

    int count() {
        return acknowledged.size();
    }

    /// How many attempts failed.
    int unanswered() {
        return unanswered.get();
    }

    /// Waits for the last; answers the names that were answered 201.
    Set<String> finish() throws InterruptedException {
        if (!thread.join(EACH_WITHIN)) {
            throw new AssertionError("only %d of %d were created".formatted(count(), wanted));
        }
        return new TreeSet<>(acknowledged);
    }
}
