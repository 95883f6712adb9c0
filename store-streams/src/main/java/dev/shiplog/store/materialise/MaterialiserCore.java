package dev.shiplog.store.materialise;

import static dev.shiplog.store.Invariant.invariant;

import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Applied;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Outcome;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.journal.HashMark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Turns applied journal records into outputs, in order. It is driven step by step and keeps no thread: its
/// outputs are a function of the journal alone.
///
/// Use: [#takeOver], then [#load] with the state exactly there, then [#accept] each record after it, and
/// [#commit] now and then. After an exception it starts again with [#takeOver].
public final class MaterialiserCore {
    private final OutputLog log;
    private final Schemas schemas = new Schemas();
    private final ObjectOutputs objects;
    private final Outcomes outcomes;
    private final Projections projections;

    private Progress committed = Progress.NONE;
    private Progress reached = Progress.NONE;
    private long sent;

    public MaterialiserCore(StoreName store, int partitions, OutputLog log) {
        this.log = log;
        this.objects = new ObjectOutputs(store, partitions, schemas);
        this.outcomes = new Outcomes(store, partitions);
        this.projections = new Projections(store, new Codec(Catalog.builtIn(), schemas::text));
    }

    /// Fences whoever wrote before, and tells how far the outputs are.
    public Progress takeOver() throws Fenced {
        committed = log.takeOver();
        reached = committed;
        sent = 0;
        return committed;
    }

    /// Takes in the state from which to go on.
    public void load(Snapshot snapshot) {
        load(snapshot, snapshot.position());
    }

    /// Takes in a state that still held at a later position, from which to go on.
    void load(Snapshot snapshot, long position) {
        schemas.load(snapshot);
        projections.load(snapshot);
        reached = new Progress(position, snapshot.revision(), false);
    }

    /// Puts out one record's changes, in order, then its outcome.
    public void accept(Applied applied) throws Fenced {
        invariant(applied.position() > reached.position(), "%d after %d", applied.position(), reached.position());
        for (Change change : applied.changes()) {
            if (change.now() != null) {
                schemas.learn(change.now());
            }
            send(objects.changed(change));
            send(projections.changed(change));
        }
        Output outcome = outcomes.of(applied);
        if (outcome != null) {
            log.send(outcome);
        }
        sent += applied.changes().size();
        long revision = applied.outcome() instanceof Outcome.Accepted accepted ? accepted.to() : reached.revision();
        reached = new Progress(applied.position(), revision, false);
    }

    /// Puts out the difference between what the topics have and what the loaded state says they should have.
    ///
    /// @param found topic → key → last value, of this store's outputs only
    /// @return how many records were wanting
    public int audit(Snapshot snapshot, Map<String, Map<String, Audit.Last>> found) throws Fenced {
        List<Output> expected = new ArrayList<>();
        for (Entry entry : snapshot.all()) {
            if (!Keys.isInternal(entry.key())) {
                expected.addAll(objects.restored(entry));
            }
        }
        expected.addAll(projections.all());
        List<Output> differences = Audit.differences(expected, found, objects.removal(snapshot.revision()));
        send(differences);
        sent += differences.size();
        return differences.size();
    }

    /// Puts out the hash of a state of this store, for other followers.
    void mark(HashMark mark) throws Fenced {
        log.send(Marks.output(mark));
        sent++;
    }

    private void send(Iterable<Output> outputs) throws Fenced {
        for (Output output : outputs) {
            log.send(output);
        }
    }

    /// Makes what was put out final. Does nothing when nothing was taken in since.
    public void commit() throws Fenced {
        if (sent > 0 || reached.position() > committed.position()) {
            log.commit(reached);
            committed = reached;
            sent = 0;
        }
    }

    /// Makes what was put out final, and notes that this is a planned end.
    public void finish() throws Fenced {
        reached = new Progress(reached.position(), reached.revision(), true);
        log.commit(reached);
        committed = reached;
        sent = 0;
    }

    /// How many mutations were put out since the last commit.
    public long uncommitted() {
        return sent;
    }

    /// How far the outputs are final.
    public Progress committed() {
        return committed;
    }

    /// How far records were taken in.
    public Progress reached() {
        return reached;
    }
}
