package dev.shiplog.store.reconcile;

import dev.shiplog.core.v1.ObjectReference;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.ItemOperation;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.reconcile.Decision.Cut;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Works through the keys that reconcilers must look at, by the write discipline (DESIGN): acts only under a tenure
/// that
/// its own table shows; one request per owner in flight; the next look waits for the outcome, which the tables then
/// include; at most so many rewrites of an object a minute; a request without an outcome is sent again as it was; a
/// reconciler that throws has its key set aside for a while.
///
/// A pure state machine on one thread: a host feeds it, a test steps it.
public final class Desk implements Duty {
    /// Requests in flight. More wait in the queue.
    public static final int FLIGHTS_MAX = 256;

    /// Reconciles of one step; the host hears of more by [#pressing()].
    static final int STEP_MAX = 256;

    /// Events waiting to be sent; more are dropped, as Events may be.
    static final int NOTES_MAX = 10_000;

    static final Duration BACK_OFF_MIN = Duration.ofMillis(50);
    static final Duration REFUSED_MIN = Duration.ofSeconds(1);
    static final Duration BACK_OFF_MAX = Duration.ofMinutes(5);
    private static final int DOUBLINGS_MAX = 13;
    private static final String STATUS = "status";

    private record Owner(String controller, Key key) {}

    private record Alarm(Instant at, long order, Owner owner) {}

    /// @param tells of a refusal: the refused work has still to be done
    private record Flight(
            Owner owner, Request request, @Nullable ObjectReference about, List<Note> notes, boolean tells) {}

    /// One key of one reconciler, while there is anything to remember of it.
    private static final class Work {
        final Reconciler reconciler;
        boolean queued;
        boolean parked;

        @Nullable
        UUID flight;

        @Nullable
        Long causedBy;

        Instant notBefore = Instant.MIN;

        @Nullable
        Refusal refusal;

        @Nullable
        Instant alarm;

        int failures;
        int itemsMax = Decision.ITEMS_MAX;

        Work(Reconciler reconciler) {
            this.reconciler = reconciler;
        }

        boolean forgettable() {
            return !queued && !parked && flight == null && alarm == null && failures == 0;
        }
    }

    private final Envelope envelope;
    private final Tenure tenure;
    private final List<Reconciler> reconcilers;
    private final Function<Key, StoreName> stores;
    private final DeskMeter meter;
    private final Pace pace = new Pace();
    private final Map<Owner, Work> works = new HashMap<>();
    private final ArrayDeque<Owner> ready = new ArrayDeque<>();
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparing(Alarm::at).thenComparingLong(Alarm::order));
    private final Flights<Flight> flights = new Flights<>();
    private final Map<String, List<Note>> notes = new LinkedHashMap<>();
    private long order;

    public Desk(Envelope envelope, List<Reconciler> reconcilers, Function<Key, StoreName> stores, DeskMeter meter) {
        this.envelope = envelope;
        this.tenure = new Tenure(envelope);
        this.reconcilers = List.copyOf(reconcilers);
        this.stores = stores;
        this.meter = meter;
    }

    @Override
    public void begin(List<Changed> everything, Tables tables) {
        everything.forEach(change -> changed(change, tables));
    }

    @Override
    public void changed(Changed change, Tables tables) {
        if (Keys.isInternal(change.key())) {
            if (tenure.seen(change)) {
                List<Flight> lost = flights.lost();
                lost.forEach(flight -> work(flight.owner).flight = null);
                lost.forEach(flight -> enqueue(flight.owner));
            }
            return;
        }
        for (Reconciler reconciler : reconcilers) {
            reconciler.concerned(change, tables, key -> {
                var owner = new Owner(reconciler.name(), key);
                Work work = works.computeIfAbsent(owner, _ -> new Work(reconciler));
                work.causedBy = change.revision();
                if (work.parked && key.equals(change.key())) {
                    work.notBefore = Instant.MIN;
                }
                enqueue(owner);
            });
        }
    }

    @Override
    public void answered(Answer answer, Instant now) {
        tenure.answered(answer, now);
        @Nullable Flight flight = flights.landed(answer.request());
        if (flight == null) {
            return;
        }
        String controller = flight.owner.controller;
        Work work = work(flight.owner);
        work.flight = null;
        switch (answer) {
            case Answer.Accepted _ -> {
                meter.answered(controller, "accepted");
                if (!flight.tells) {
                    work.failures = 0;
                    work.itemsMax = Math.min(Decision.ITEMS_MAX, work.itemsMax * 2);
                }
                tell(controller, flight.notes);
            }
            case Answer.Conflict _ -> {
                meter.answered(controller, "conflict");
                work.failures++;
                work.itemsMax = Math.max(1, flight.request.items().size() / 2);
                work.notBefore = work.failures == 1 ? now : now.plus(backOff(BACK_OFF_MIN, work.failures - 1));
            }
            case Answer.Refused refused -> {
                meter.answered(controller, "refused");
                work.failures++;
                work.notBefore = now.plus(backOff(REFUSED_MIN, work.failures));
                if (flight.about != null) {
                    tell(controller, List.of(refusal(flight.request, flight.about, refused)));
                }
                if (!flight.tells) {
                    work.refusal = new Refusal(flight.request, refused.code(), refused.reason(), refused.message());
                }
            }
        }
        enqueue(flight.owner);
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
        ring(now);
        flights.sendAgain(now, requests);
        for (int looks = 0; looks < STEP_MAX && flights.size() < FLIGHTS_MAX; looks++) {
            @Nullable Owner owner = ready.poll();
            if (owner == null) {
                break;
            }
            meter.queued(owner.controller, -1);
            look(owner, now, tables, requests);
        }
        sendNotes(now, requests);
        return requests;
    }

    @Override
    public boolean pressing() {
        return tenure.held() && !ready.isEmpty() && flights.size() < FLIGHTS_MAX;
    }

    @Override
    public boolean ready() {
        return tenure.held();
    }

    /// How many keys wait to be looked at.
    public int depth() {
        return ready.size();
    }

    private void look(Owner owner, Instant now, Tables tables, List<Request> requests) {
        Work work = work(owner);
        work.queued = false;
        if (work.flight != null) {
            return;
        }
        @Nullable Refusal refusal = work.refusal;
        work.refusal = null;
        if (refusal == null && now.isBefore(work.notBefore)) {
            wake(owner, work, work.notBefore);
            return;
        }
        long mark = meter.begin();
        Decision decision;
        try {
            decision = refusal == null
                    ? work.reconciler.reconcile(owner.key, tables, now)
                    : work.reconciler.refused(owner.key, refusal, tables, now);
        } catch (RuntimeException | AssertionError e) {
            meter.reconciled(owner.controller, "threw", mark);
            park(owner, work, e, now, tables);
            return;
        }
        if (work.parked) {
            work.parked = false;
            work.failures = 0;
            meter.parked(owner.controller, -1);
        }
        boolean tells = refusal != null;
        meter.reconciled(owner.controller, act(owner, work, decision, tells, now, tables, requests), mark);
        if (tells) {
            wake(owner, work, work.notBefore);
        }
        if (work.forgettable()) {
            works.remove(owner);
        }
    }

    private String act(
            Owner owner,
            Work work,
            Decision decision,
            boolean tells,
            Instant now,
            Tables tables,
            List<Request> requests) {
        if (decision.requeueAfter() != null) {
            wake(owner, work, now.plus(decision.requeueAfter()));
        }
        if (decision.items().isEmpty()) {
            work.failures = tells ? work.failures : 0;
            tell(owner.controller, decision.notes());
            return "idle";
        }
        int count = Math.min(decision.items().size(), decision.cut() == Cut.PREFIX ? work.itemsMax : Integer.MAX_VALUE);
        if (count > Decision.ITEMS_MAX) {
            throw new AssertionError(owner + " decided on " + count + " items, at most " + Decision.ITEMS_MAX);
        }
        List<Item> items = decision.items().subList(0, count);
        boolean statusOnly = items.stream().allMatch(item -> STATUS.equals(item.subresource()));
        Instant free = items.stream()
                .filter(Desk::rewrites)
                .map(item -> pace.freeAt(item.target(), now, statusOnly ? Pace.RESERVE : 0))
                .max(Comparator.naturalOrder())
                .orElse(now);
        if (free.isAfter(now)) {
            work.notBefore = statusOnly ? work.notBefore : free;
            wake(owner, work, free);
            return "paced";
        }
        items.stream().filter(Desk::rewrites).forEach(item -> pace.spend(item.target(), now));
        StoreName store = stores.apply(items.getFirst().target());
        var sheet = new Envelope.Sheet(
                owner.controller, store, items, decision.guards(), List.of(), work.causedBy, decision.reason());
        Request request = envelope.request(sheet, tenure.revision(), now, tables);
        work.flight = request.id();
        List<Note> told = decision.notes().stream().limit(count).toList();
        flights.sent(request, new Flight(owner, request, about(owner, work, tables), told, tells), now);
        requests.add(request);
        return "request";
    }

    private static boolean rewrites(Item item) {
        return item.operation() != ItemOperation.CREATE && item.operation() != ItemOperation.DELETE;
    }

    private void park(Owner owner, Work work, Throwable cause, Instant now, Tables tables) {
        meter.threw(owner.controller, Keys.text(owner.key), cause);
        if (!work.parked) {
            work.parked = true;
            meter.parked(owner.controller, 1);
            @Nullable ObjectReference about = about(owner, work, tables);
            if (about != null) {
                String message = owner.controller + " cannot handle this object: " + cause;
                tell(
                        owner.controller,
                        List.of(new Note(
                                about, Note.Type.WARNING, "ReconcileFailed", message, about.resourceVersion())));
            }
        }
        work.failures++;
        work.notBefore = now.plus(backOff(REFUSED_MIN, work.failures));
        wake(owner, work, work.notBefore);
    }

    private static @Nullable ObjectReference about(Owner owner, Work work, Tables tables) {
        @Nullable Row<?> row = tables.get(owner.key);
        for (Resource<?> resource : work.reconciler.reads()) {
            if (row != null && resource.has(owner.key)) {
                return Note.reference(resource, row);
            }
        }
        return null;
    }

    private static Note refusal(Request request, ObjectReference about, Answer.Refused refused) {
        boolean creates = request.items().stream().anyMatch(item -> item.operation() == ItemOperation.CREATE);
        return new Note(
                about,
                Note.Type.WARNING,
                creates ? "FailedCreate" : "FailedUpdate",
                (creates ? "Error creating: " : "Error updating: ") + refused.message(),
                refused.reason() + refused.message());
    }

    private static Duration backOff(Duration first, int failures) {
        Duration wait = first.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
        return wait.compareTo(BACK_OFF_MAX) < 0 ? wait : BACK_OFF_MAX;
    }

    private void enqueue(Owner owner) {
        Work work = work(owner);
        if (!work.queued && work.flight == null) {
            work.queued = true;
            ready.add(owner);
            meter.queued(owner.controller, 1);
        }
    }

    private Work work(Owner owner) {
        return works.computeIfAbsent(owner, _ -> new Work(reconciler(owner.controller)));
    }

    private Reconciler reconciler(String name) {
        return reconcilers.stream()
                .filter(reconciler -> reconciler.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no reconciler is called " + name));
    }

    private void wake(Owner owner, Work work, Instant at) {
        if (work.alarm == null || at.isBefore(work.alarm)) {
            work.alarm = at;
            alarms.add(new Alarm(at, order++, owner));
        }
    }

    private void ring(Instant now) {
        for (@Nullable Alarm next = alarms.peek(); next != null && !next.at.isAfter(now); next = alarms.peek()) {
            alarms.remove();
            @Nullable Work work = works.get(next.owner);
            if (work != null && next.at.equals(work.alarm)) {
                work.alarm = null;
                enqueue(next.owner);
            }
        }
    }

    private void tell(String controller, List<Note> more) {
        List<Note> waiting = notes.computeIfAbsent(controller, _ -> new ArrayList<>());
        more.stream().limit(NOTES_MAX - waiting.size()).forEach(waiting::add);
    }

    private void sendNotes(Instant now, List<Request> requests) {
        notes.forEach((controller, waiting) -> requests.addAll(envelope.tell(controller, waiting, now)));
        notes.clear();
    }
}
