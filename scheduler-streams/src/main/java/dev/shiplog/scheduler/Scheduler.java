package dev.shiplog.scheduler;

import dev.shiplog.core.v1.Binding;
import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.scheduler.Cluster.Waiting;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.reconcile.Answer;
import dev.shiplog.store.reconcile.Changed;
import dev.shiplog.store.reconcile.Duty;
import dev.shiplog.store.reconcile.Envelope;
import dev.shiplog.store.reconcile.Flights;
import dev.shiplog.store.reconcile.Items;
import dev.shiplog.store.reconcile.Note;
import dev.shiplog.store.reconcile.Resource;
import dev.shiplog.store.reconcile.Row;
import dev.shiplog.store.reconcile.Tables;
import dev.shiplog.store.reconcile.Tenure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Places the pods that wait, many in one request, at once when they appear. A placement counts as made while its
/// request is in flight; the pod's revision and the node's presence guard it, so what was decided on a cut that is no
/// longer true is refused and decided again.
///
/// See kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler.
public final class Scheduler implements Duty {
    /// Bindings of one transaction.
    static final int BINDINGS_MAX = 900;

    /// Conditions told in one transaction.
    static final int CONDITIONS_MAX = 500;

    static final int FLIGHTS_MAX = 64;

    /// Requests of one step; the host hears of more by [#pressing()].
    private static final int REQUESTS_PER_STEP_MAX = 4;

    /// How often at most pods that did not fit are tried again: no pod's condition changes more often.
    static final Duration RETRY_EVERY = Duration.ofSeconds(1);

    /// After which they are tried again though nothing changed.
    static final Duration RETRY_ANYWAY = Duration.ofMinutes(1);

    private static final int NOTES_MAX = 10_000;
    private static final String SCHEDULED = "PodScheduled";
    private static final String UNSCHEDULABLE = "Unschedulable";

    private record Flight(List<Key> pods, List<Note> notes, boolean binds) {}

    private record Hopeless(Waiting pod, String why) {}

    private final Envelope envelope;
    private final Tenure tenure;
    private final SchedulerMeter meter;
    private final Cluster cluster = new Cluster();
    private final Flights<Flight> flights = new Flights<>();
    private final List<Note> notes = new ArrayList<>();
    private Instant retriedAt = Instant.MIN;
    private boolean again;
    private int bindingsMax = BINDINGS_MAX;

    public Scheduler(Envelope envelope, SchedulerMeter meter) {
        this.envelope = envelope;
        this.tenure = new Tenure(envelope);
        this.meter = meter;
    }

    @Override
    public void begin(List<Changed> everything, Tables tables) {
        everything.forEach(cluster::changed);
    }

    @Override
    public void changed(Changed change, Tables tables) {
        if (!Keys.isInternal(change.key())) {
            cluster.changed(change);
        } else if (tenure.seen(change)) {
            flights.lost().forEach(flight -> flight.pods.forEach(cluster::forget));
        }
    }

    @Override
    public void answered(Answer answer, Instant now) {
        tenure.answered(answer, now);
        @Nullable Flight flight = flights.landed(answer.request());
        if (flight == null) {
            return;
        }
        if (answer instanceof Answer.Accepted) {
            bindingsMax = Math.min(BINDINGS_MAX, bindingsMax * 2);
            flight.notes.stream().limit(NOTES_MAX - notes.size()).forEach(notes::add);
            meter.attempted(flight.binds ? "scheduled" : "unschedulable", flight.pods.size());
            return;
        }
        meter.conflict();
        meter.attempted("error", flight.pods.size());
        bindingsMax = Math.max(1, flight.pods.size() / 2);
        flight.pods.forEach(cluster::forget);
        if (answer instanceof Answer.Refused && flight.pods.size() == 1) {
            flight.pods.stream().map(cluster::waiting).forEach(pod -> {
                if (pod != null) {
                    cluster.park(pod);
                }
            });
            again = true;
        }
    }

    @Override
    public List<Request> step(Instant now, Tables tables) {
        var requests = new ArrayList<Request>();
        @Nullable Request claim = tenure.claim(now);
        if (claim != null) {
            requests.add(claim);
        }
        if (!tenure.held()) {
            return requests;
        }
        flights.sendAgain(now, requests);
        retry(now);
        if (!cluster.active().isEmpty()) {
            decide(now, tables, requests);
        }
        requests.addAll(envelope.tell(Cluster.SCHEDULER, notes, now));
        notes.clear();
        meter.pending(cluster.active().size(), cluster.unschedulableCount());
        return requests;
    }

    @Override
    public boolean pressing() {
        return tenure.held() && !cluster.active().isEmpty() && flights.size() < FLIGHTS_MAX;
    }

    @Override
    public boolean ready() {
        return tenure.held();
    }

    private void retry(Instant now) {
        boolean wanted = cluster.roomMade() || again;
        Duration wait = wanted ? RETRY_EVERY : RETRY_ANYWAY;
        if (cluster.unschedulableCount() > 0
                && (retriedAt.equals(Instant.MIN) || !retriedAt.plus(wait).isAfter(now))) {
            retriedAt = now;
            again = false;
            cluster.retry();
        }
    }

    /// The requests that place what waits, whoever holds the tenure: what a replay compares.
    List<Request> place(Instant now, Tables tables) {
        var requests = new ArrayList<Request>();
        decide(now, tables, requests);
        return requests;
    }

    private void decide(Instant now, Tables tables, List<Request> requests) {
        long mark = meter.begin();
        Map<Shape, Ranking> rankings = new HashMap<>();
        var bound = new LinkedHashMap<Waiting, String>();
        var hopeless = new ArrayList<Hopeless>();
        int looked = 0;
        int sent = 0;
        while (!cluster.active().isEmpty() && sent < REQUESTS_PER_STEP_MAX && flights.size() < FLIGHTS_MAX) {
            Waiting pod = cluster.active().first();
            looked++;
            var ranking =
                    rankings.computeIfAbsent(pod.shape(), shape -> new Ranking(shape, pod.uid(), cluster.nodes()));
            @Nullable NodeState node = ranking.best();
            if (node == null) {
                cluster.park(pod);
                hopeless.add(new Hopeless(pod, ranking.whyNot()));
            } else {
                cluster.assume(pod, node.name());
                bound.put(pod, node.name());
            }
            if (bound.size() >= bindingsMax) {
                requests.add(bind(bound, now, tables));
                bound.clear();
                sent++;
            }
        }
        if (!bound.isEmpty()) {
            requests.add(bind(bound, now, tables));
        }
        tell(hopeless, now, tables, requests);
        meter.decided(looked, mark);
    }

    private Request bind(Map<Waiting, String> bound, Instant now, Tables tables) {
        var items = new ArrayList<Item>(bound.size());
        var told = new ArrayList<Note>(bound.size());
        bound.forEach((pod, node) -> {
            var binding = Binding.builder()
                    .metadata(ObjectMeta.builder()
                            .namespace(pod.key().namespace())
                            .name(pod.key().name())
                            .uid(pod.uid())
                            .build())
                    .target(ObjectReference.builder().kind("Node").name(node).build())
                    .build();
            items.add(Items.bind(pod.key(), pod.revision(), binding));
            String message = "Successfully assigned %s/%s to %s"
                    .formatted(pod.key().namespace(), pod.key().name(), node);
            told.add(new Note(reference(pod), Note.Type.NORMAL, "Scheduled", message, ""));
        });
        List<Guard> guards = new TreeSet<>(bound.values())
                .stream()
                        .map(node -> new Guard(Resource.NODES.key("", node), Condition.PRESENT, 0))
                        .toList();
        List<Key> pods = bound.keySet().stream().map(Waiting::key).toList();
        return sent(pods, items, guards, told, true, "place", now, tables);
    }

    private static ObjectReference reference(Waiting pod) {
        return ObjectReference.builder()
                .apiVersion(Resource.PODS.apiVersion())
                .kind(Resource.PODS.kind())
                .namespace(pod.key().namespace())
                .name(pod.key().name())
                .uid(pod.uid())
                .resourceVersion(Long.toString(pod.revision()))
                .build();
    }

    /// Says of pods that fit nowhere why, unless they say so already.
    private void tell(List<Hopeless> hopeless, Instant now, Tables tables, List<Request> requests) {
        var items = new ArrayList<Item>();
        var pods = new ArrayList<Key>();
        var told = new ArrayList<Note>();
        for (Hopeless each : hopeless) {
            Key key = each.pod.key();
            @Nullable Row<Pod> row = tables.get(Resource.PODS, key.namespace(), key.name());
            if (row == null || says(row.object(), each.why)) {
                continue;
            }
            items.add(Items.update(row, unschedulable(row.object(), each.why, now), "status"));
            pods.add(key);
            told.add(new Note(reference(each.pod), Note.Type.WARNING, "FailedScheduling", each.why, each.why));
            if (items.size() == CONDITIONS_MAX) {
                requests.add(sent(pods, items, List.of(), told, false, "say why not", now, tables));
                items.clear();
                pods.clear();
                told.clear();
            }
        }
        if (!items.isEmpty()) {
            requests.add(sent(pods, items, List.of(), told, false, "say why not", now, tables));
        }
    }

    private static boolean says(Pod pod, String why) {
        return pod.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals(SCHEDULED)
                        && condition.reason().equals(UNSCHEDULABLE)
                        && condition.message().equals(why));
    }

    private static Pod unschedulable(Pod pod, String why, Instant now) {
        var conditions = new ArrayList<PodCondition>();
        @Nullable Instant since = null;
        for (PodCondition condition : pod.status().conditions()) {
            if (!condition.type().equals(SCHEDULED)) {
                conditions.add(condition);
            } else if (condition.status().equals("False")) {
                since = condition.lastTransitionTime();
            }
        }
        conditions.add(PodCondition.builder()
                .type(SCHEDULED)
                .status("False")
                .reason(UNSCHEDULABLE)
                .message(why)
                .lastTransitionTime(since == null ? now : since)
                .build());
        return pod.withStatus(pod.status().withConditions(conditions));
    }

    private Request sent(
            List<Key> pods,
            List<Item> items,
            List<Guard> guards,
            List<Note> told,
            boolean binds,
            String reason,
            Instant now,
            Tables tables) {
        var sheet = new Envelope.Sheet(Cluster.SCHEDULER, StoreName.MAIN, items, guards, flights.ids(), null, reason);
        Request request = envelope.request(sheet, tenure.revision(), now, tables);
        flights.sent(request, new Flight(List.copyOf(pods), List.copyOf(told), binds), now);
        return request;
    }
}
