package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Request;
import dev.shiplog.schemas.Keys;
import dev.shiplog.schemas.StoreName;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// What a host does, in steps: reads the lab's log in order, shows it to its duty, and hands over what it wants sent.
public final class LabHost {
    private final Lab lab;
    private final LiveTables tables;
    private final Duty duty;
    private final UUID instance;
    private int position;

    /// Starts at the present end of the log, as a host does after it has restored its tables.
    public LabHost(Lab lab, String controller, UUID instance, BiFunction<Envelope, Lab, Duty> duty) {
        this.lab = lab;
        this.instance = instance;
        this.tables = new LiveTables(new ObjectCache(lab::decode), lab.now());
        this.duty =
                duty.apply(new Envelope(Keys.tenure(controller, 0), instance, null, Envelope.Basis.BOTH_STORES), lab);
        for (Lab.Line line : lab.log()) {
            take(line, true);
        }
        position = lab.log().size();
        this.duty.begin(tables.everything(), tables);
    }

    public static LabHost desk(Lab lab, long instance, List<Reconciler> reconcilers) {
        return desk(lab, "lab", instance, reconcilers);
    }

    public static LabHost desk(Lab lab, String controller, long instance, List<Reconciler> reconcilers) {
        return desk(lab, controller, instance, reconcilers, DeskMeter.NONE);
    }

    static LabHost desk(Lab lab, String controller, long instance, List<Reconciler> reconcilers, DeskMeter meter) {
        return new LabHost(
                lab,
                controller,
                new UUID(controller.hashCode(), instance),
                (envelope, it) -> new Desk(envelope, reconcilers, it::storeOf, meter));
    }

    public UUID instance() {
        return instance;
    }

    public Duty duty() {
        return duty;
    }

    public LiveTables tables() {
        return tables;
    }

    public boolean behind() {
        return position < lab.log().size();
    }

    /// Reads up to `lines` more of the log.
    public void read(int lines) {
        for (int i = 0; i < lines && behind(); i++) {
            take(lab.log().get(position++), false);
        }
    }

    public List<Request> step() {
        return duty.step(lab.now(), tables);
    }

    /// Runs alone until nothing more happens at this time.
    public void settle() {
        for (int round = 0; round < 100_000; round++) {
            read(Integer.MAX_VALUE);
            List<Request> requests = step();
            requests.forEach(lab::apply);
            if (requests.isEmpty() && !behind() && !duty.pressing()) {
                return;
            }
        }
        throw new AssertionError("does not settle");
    }

    private void take(Lab.Line line, boolean restoring) {
        if (line.answer() != null) {
            duty.answered(line.answer(), lab.now());
            return;
        }
        if (!restoring) {
            tables.passed(line.store(), line.at());
        }
        @Nullable Changed change;
        if (Keys.isInternal(line.key())) {
            tables.reached(line.store(), line.revision());
            change = new Changed(line.key(), line.revision(), line.transaction(), null, null);
        } else if (line.entry() != null) {
            change = tables.put(line.store(), line.entry(), line.transaction(), restoring ? null : line.at());
        } else {
            change = tables.delete(line.store(), line.key(), line.revision(), line.transaction());
        }
        if (change != null && !restoring) {
            duty.changed(change, tables);
        }
    }

    /// The tables as they were when the stores had these revisions.
    public static LiveTables at(Lab lab, Map<StoreName, Long> revisions) {
        var tables = new LiveTables(new ObjectCache(lab::decode), lab.now());
        for (Lab.Line line : lab.log()) {
            if (line.answer() == null && line.revision() <= revisions.getOrDefault(line.store(), 0L)) {
                if (Keys.isInternal(line.key())) {
                    tables.reached(line.store(), line.revision());
                } else if (line.entry() != null) {
                    tables.put(line.store(), line.entry(), line.transaction(), line.at());
                } else {
                    tables.delete(line.store(), line.key(), line.revision(), line.transaction());
                }
            }
        }
        return tables;
    }
}
