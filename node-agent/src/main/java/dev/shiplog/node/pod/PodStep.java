package dev.shiplog.node.pod;

import dev.shiplog.core.v1.PodStatus;
import java.time.Instant;
import java.util.List;

/// What follows from a view: what to do, what to report, what to remember, and when to look again at the latest.
///
/// @param over true when nothing of the pod is left and nobody need look again
public record PodStep(
        List<Action> actions, List<Note> notes, PodStatus status, Memory memory, Instant wakeAt, boolean over) {
    public PodStep {
        actions = List.copyOf(actions);
        notes = List.copyOf(notes);
    }
}
