package dev.shiplog.store.sim;

import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Identity;
import dev.shiplog.journal.Jump;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.schemas.Fingerprints;
import dev.shiplog.store.Entry;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.TransactionDraft;
import dev.shiplog.store.checkpoint.Boot;
import dev.shiplog.store.checkpoint.CheckpointReader;
import dev.shiplog.store.checkpoint.CheckpointWriter;
import dev.shiplog.store.journal.AppenderSeams;
import dev.shiplog.store.journal.Beginning;
import dev.shiplog.store.journal.Rule;
import dev.shiplog.store.journal.Sessions;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.Step;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Everything that there is in a simulation, and what may happen next.
final class World {
    private static final int INSTANCES = 2;
    private static final int OWNERS = 2;
    private static final int WATCHERS = 3;
    private static final int NAMES = 24;
    private static final int REST_ROUNDS_MAX = 10_000;
    private static final long STEPS_BETWEEN_RESTS = 5_000;
    private static final String CLUSTER = "simulated";

    private final RandomGenerator random;
    private final Checks checks;
    private final SimJournal journal;
    private final History history;
    private final SimCheckpoints checkpoints;
    private final SimOutputs outputs;
    private final List<SimInstance> instances = new ArrayList<>();
    private final List<SimOwner> owners = new ArrayList<>();
    private final List<SimWatcher> watchers = new ArrayList<>();
    private final List<SimMaterialiser> zombies = new ArrayList<>();
    private final Queue<Runnable> timers = new ArrayDeque<>();
    private SimMaterialiser materialiser;
    private SimJournal.Weather weather = SimJournal.Weather.FOUL;
    private long nowMillis = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
    private long acknowledged;
    private long crashes;
    private long steps;
    private int lives;
    private long newestCheckpoint = -1;
    private long olderCheckpoint = -1;

    World(RandomGenerator random, Checks checks) {
        this.random = random;
        this.checks = checks;
        journal = new SimJournal(random, () -> Instant.ofEpochMilli(nowMillis));
        history = new History(journal, checks);
        checkpoints = new SimCheckpoints(random);
        outputs = new SimOutputs(checks);
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(newInstance());
        }
        for (int i = 0; i < OWNERS; i++) {
            owners.add(new SimOwner());
        }
        for (int i = 0; i < WATCHERS; i++) {
            watchers.add(new SimWatcher(history, checks));
        }
        materialiser = newMaterialiser();
    }

    long crashes() {
        return crashes;
    }

    String hash() {
        String outputHash = Fingerprints.hex(Fingerprints.of(outputs.toString()));
        return history.state().hash() + outputHash;
    }

    /// One thing happens, and the invariants are checked.
    void step() {
        nowMillis += random.nextInt(50) - 5;
        try {
            happen(random.nextInt(1_000));
        } catch (RevisionGone _) {
            crashAll();
        } catch (InterruptedException interrupted) {
            throw new AssertionError("nobody interrupts a simulation", interrupted);
        }
        history.catchUp();
        settle();
        if (++steps % STEPS_BETWEEN_RESTS == 0) {
            rest();
        }
    }

    /// What must hold of each instance after every step.
    private void settle() {
        for (SimInstance instance : instances) {
            instance.checkState();
            acknowledged = Math.max(acknowledged, instance.settle());
        }
    }

    private void happen(int draw) throws RevisionGone, InterruptedException {
        if (draw < 260) {
            transact(instance());
        } else if (draw < 480) {
            journal.deliver(weather);
        } else if (draw < 560) {
            journal.sync();
        } else if (draw < 690) {
            journal.reply();
        } else if (draw < 800) {
            instance().follow(1 + random.nextInt(12));
        } else if (draw < 830) {
            runTimer();
        } else if (draw < 880) {
            owners.get(random.nextInt(OWNERS)).act(instance(), uuid());
        } else if (draw < 930) {
            materialise();
        } else if (draw < 960) {
            watchers.get(random.nextInt(WATCHERS)).resume(instance(), 1 + random.nextInt(100));
        } else if (draw < 975) {
            instance().lookBack(random.nextLong(history.state().revision() + 1));
        } else if (draw < 980) {
            instance().readLatest(acknowledged);
        } else if (draw < 988) {
            journal.straggle();
        } else {
            happenRarely(random.nextInt(120));
        }
    }

    private void happenRarely(int draw) throws RevisionGone {
        switch (draw % 13) {
            case 0, 1, 2 -> crash(random.nextInt(INSTANCES));
            case 3 -> crashBroker();
            case 4, 5 -> takeOverMaterialiser();
            case 6, 7, 8 -> checkpoint();
            case 9 -> checkpoints.damageNewest();
            case 10 -> owners.get(random.nextInt(OWNERS)).usurp();
            case 11 -> watchers.get(random.nextInt(WATCHERS)).cut();
            default -> happenOnceInAWhile(draw / 13);
        }
    }

    private void happenOnceInAWhile(int draw) throws RevisionGone {
        switch (draw) {
            case 0 -> {
                nowMillis += random.nextLong(2 * Sessions.IDLE_MAX.toMillis());
                journal.forgetAstray();
            }
            case 1 -> instance().appendControl(new Jump(history.state().revision() + random.nextInt(1_000)));
            case 2 -> truncate();
            case 5, 6 -> {
                outputs.damage(random);
                takeOverMaterialiser();
            }
            case 3, 4 -> {
                byte[] noise = new byte[random.nextInt(40)];
                random.nextBytes(noise);
                journal.scribble(noise);
            }
            default -> nowMillis += 60_000;
        }
    }

    private SimInstance instance() {
        return instances.get(random.nextInt(INSTANCES));
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private void runTimer() {
        Runnable timer = timers.poll();
        if (timer != null) {
            timer.run();
        }
    }

    /// A client changes a few objects, mostly by what it has just read.
    private void transact(SimInstance at) {
        State snapshot = at.snapshot();
        if (snapshot.get(SimValues.SCHEMA_KEY) == null) {
            at.append(SimValues.schemaDraft(uuid(), snapshot.time()));
            return;
        }
        List<Mutation> mutations = new ArrayList<>();
        for (Key key : someKeys(random.nextInt(8) == 0 ? 1 + random.nextInt(6) : 1)) {
            mutations.add(mutation(snapshot, key));
        }
        List<Guard> guards = new ArrayList<>();
        Key guarded = SimValues.key("guarded", "g" + random.nextInt(NAMES));
        if (random.nextInt(4) == 0
                && mutations.stream().noneMatch(mutation -> mutation.key().equals(guarded))) {
            guards.add(guard(snapshot, guarded));
        }
        at.append(new TransactionDraft(uuid(), SimValues.origin("client", snapshot.time(), null), guards, mutations));
    }

    private Set<Key> someKeys(int count) {
        Set<Key> keys = new LinkedHashSet<>();
        while (keys.size() < count) {
            String namespace = random.nextInt(5) == 0 ? "guarded" : SimOwner.SOURCE;
            String letter = namespace.equals("guarded") ? "g" : "o";
            keys.add(SimValues.key(namespace, letter + random.nextInt(NAMES)));
        }
        return keys;
    }

    private Mutation mutation(State snapshot, Key key) {
        Entry entry = snapshot.get(key);
        long revision = entry == null ? 0 : entry.revision();
        if (random.nextInt(40) == 0) {
            revision += random.nextInt(3);
        }
        return revision > 0 && random.nextInt(3) == 0
                ? SimValues.delete(key, revision)
                : SimValues.put(key, revision, "content " + random.nextInt());
    }

    private Guard guard(State snapshot, Key key) {
        Entry entry = snapshot.get(key);
        boolean stale = random.nextInt(10) == 0;
        return switch (random.nextInt(3)) {
            case 0 -> new Guard(key, (entry == null) != stale ? Condition.ABSENT : Condition.PRESENT, 0);
            case 1 -> new Guard(key, (entry != null) != stale ? Condition.PRESENT : Condition.ABSENT, 0);
            default -> new Guard(key, Condition.AT, (entry == null ? 0 : entry.revision()) + (stale ? 1 : 0));
        };
    }

    private SimInstance newInstance() {
        var seams = new AppenderSeams(this::uuid, (_, task) -> timers.add(task), () -> null, _ -> {
            throw new AssertionError("clients commit the schema themselves");
        });
        return new SimInstance(journal, history, checks, boot(Long.MAX_VALUE), "sim-" + lives++, seams);
    }

    private State boot(long atMost) {
        history.catchUp();
        var extent = new Boot.Extent(journal.store(), journal.topicId(), journal.start(), journal.end());
        try {
            return switch (new CheckpointReader(extent, List.of(checkpoints)).atMost(atMost)) {
                case Boot.From from -> from.state();
                case Boot.Refused(String reason) -> throw new AssertionError("boot is refused: " + reason);
            };
        } catch (IOException impossible) {
            throw new AssertionError("memory has no I/O errors", impossible);
        }
    }

    /// The state at exactly a position, from a checkpoint and the records after it.
    private State stateAt(long position) {
        State state = boot(position);
        try {
            for (var stored : journal.read(state.position() + 1, Math.toIntExact(position - state.position()))) {
                if (Rule.apply(state, stored) instanceof Step.Next next) {
                    state = next.state();
                }
            }
        } catch (RevisionGone gone) {
            throw new AssertionError("what a checkpoint goes on from is not truncated", gone);
        }
        checks.that(
                state.stateHash().equals(history.at(position).stateHash()),
                "boot at %d is not replay from 0",
                position);
        return state;
    }

    private void crash(int number) {
        crashes++;
        instances.get(number).crash();
        owners.forEach(SimOwner::crash);
        watchers.forEach(SimWatcher::cut);
        instances.set(number, newInstance());
    }

    private void crashAll() {
        for (int number = 0; number < INSTANCES; number++) {
            crash(number);
        }
        zombies.clear();
        takeOverMaterialiser();
    }

    private void crashBroker() {
        crashes++;
        journal.crash();
    }

    private SimMaterialiser newMaterialiser() {
        return new SimMaterialiser(journal, outputs, this::stateAt);
    }

    /// The one before may live on for a while.
    private void takeOverMaterialiser() {
        crashes++;
        if (random.nextBoolean()) {
            zombies.add(materialiser);
        }
        materialiser = newMaterialiser();
    }

    private void materialise() throws RevisionGone {
        if (!zombies.isEmpty() && random.nextInt(4) == 0) {
            SimMaterialiser zombie = zombies.getFirst();
            zombie.step(20);
            zombie.commit();
            if (zombie.isFenced() || !zombie.isBehind()) {
                zombies.removeFirst();
            }
            return;
        }
        materialiser.step(1 + random.nextInt(40));
        if (random.nextBoolean()) {
            materialiser.commit();
        }
        checks.that(!materialiser.isFenced(), "the newest materialiser is fenced");
    }

    /// Of a state that the outputs have reached, so that whoever takes over the outputs can boot where they are.
    private void checkpoint() {
        State state = instance().snapshot();
        if (state.position() <= newestCheckpoint || state.position() > outputs.position()) {
            return;
        }
        if (random.nextInt(5) == 0) {
            checkpoints.breakOff();
        }
        try {
            new CheckpointWriter(journal.store(), journal.topicId(), checkpoints).write(state, List.of());
            olderCheckpoint = newestCheckpoint;
            newestCheckpoint = state.position();
        } catch (IOException _) {
            checks.that(checkpoints.count() <= CheckpointWriter.KEPT, "more than two checkpoints are kept");
        }
    }

    /// Gives up what nobody needs to boot any more.
    private void truncate() {
        if (checkpoints.count() == CheckpointWriter.KEPT && !checkpoints.hasDamage()) {
            journal.deleteRecords(olderCheckpoint + 1);
        }
    }

    /// The weather clears, everything on its way arrives, everyone catches up; then all must agree.
    void rest() {
        weather = SimJournal.Weather.FAIR;
        owners.getFirst().usurp();
        int rounds = 0;
        try {
            while (!isQuiet() && checks.allHold()) {
                calm();
                if (++rounds > REST_ROUNDS_MAX) {
                    checks.violated("the world does not come to rest");
                    return;
                }
            }
        } catch (RevisionGone _) {
            crashAll();
            rest();
            return;
        }
        weather = SimJournal.Weather.FOUL;
        checkAgreement();
    }

    /// One owner works while the world calms down. A claim of another's that was still on its way may depose it.
    private void calm() throws RevisionGone {
        journal.deliver(weather);
        journal.sync();
        history.catchUp();
        journal.reply();
        runTimer();
        for (SimInstance instance : instances) {
            instance.follow(100);
        }
        settle();
        if (owners.getFirst().isDeposed(instances.getFirst())) {
            owners.getFirst().usurp();
        }
        owners.getFirst().act(instances.getFirst(), uuid());
        materialiser.step(100);
        materialiser.commit();
        for (SimWatcher watcher : watchers) {
            if (watcher.isCut()) {
                watcher.resume(instances.getLast(), Integer.MAX_VALUE);
            }
        }
    }

    private boolean isQuiet() throws RevisionGone {
        return journal.isQuiet()
                && timers.isEmpty()
                && instances.stream().noneMatch(SimInstance::isBehind)
                && instances.stream().allMatch(SimInstance::isIdle)
                && !materialiser.isBehind()
                && watchers.stream().noneMatch(SimWatcher::isCut)
                && !owners.getFirst().isDeposed(instances.getFirst())
                && !owners.getFirst().act(instances.getFirst(), uuid());
    }

    private void checkAgreement() {
        State state = history.state();
        for (SimInstance instance : instances) {
            checks.that(
                    instance.snapshot().hash().equals(state.hash()), "at rest a follower has %s", instance.snapshot());
        }
        for (SimWatcher watcher : watchers) {
            checks.that(history.changeAfter(watcher.seen()) == null, "at rest a watch stands at %d", watcher.seen());
        }
        outputs.check(state);
        outputs.checkOutcomes(history.owed());
        SimOwner.checkDone(state, checks);
        stateAt(state.position());
        var expected = new Beginning.Expected(CLUSTER, journal.topicId(), acknowledged);
        switch (Beginning.of(expected, state)) {
            case Beginning.Unnamed(Identity identity) -> instances.getFirst().appendControl(identity);
            case Beginning.Known() -> checks.that(state.identity() != null, "the journal has no name");
            case Beginning.Refused(String reason) -> checks.violated("serving is refused: " + reason);
        }
        checks.that(state.revision() >= acknowledged, "revision %d was acknowledged", acknowledged);
    }
}
