package dev.shiplog.store.journal;

import dev.shiplog.journal.Identity;
import dev.shiplog.journal.Jump;
import java.util.UUID;

/// What an instance makes of a journal once it has read it to its end: whether it may serve, and what is missing
/// before.
public sealed interface Beginning {

    /// Revisions that may have been given out and lost, for each second that passed since a checkpoint.
    long LOST_PER_SECOND_MAX = 20_000;

    /// The least that a Jump raises the revision by.
    long JUMP_MIN = 1L << 32;

    /// The journal is new, or was left before it was named: an Identity must be appended first.
    record Unnamed(Identity identity) implements Beginning {}

    /// The journal is the one that this instance expects.
    record Known() implements Beginning {}

    /// To serve would take back what was acknowledged, or mix two clusters.
    record Refused(String reason) implements Beginning {}

    /// What an instance knows before it looks.
    ///
    /// @param clusterId of the cluster that DATA belongs to
    /// @param topicId of the journal as Kafka has it
    /// @param revision the highest that this instance has ever seen in it, 0 when it knows of none
    record Expected(String clusterId, UUID topicId, long revision) {}

    /// Judges a state that was followed to the end of its journal.
    static Beginning of(Expected expected, State state) {
        if (state.revision() < expected.revision) {
            return new Refused("the journal ends at revision %d, and revision %d was seen in it before"
                    .formatted(state.revision(), expected.revision));
        }
        Identity identity = state.identity();
        if (identity == null) {
            return new Unnamed(new Identity(expected.clusterId, expected.topicId.toString(), null, null));
        }
        if (!identity.topicId().equals(expected.topicId.toString())) {
            return new Refused("the journal was written as topic %s and is topic %s now"
                    .formatted(identity.topicId(), expected.topicId));
        }
        if (!identity.clusterId().equals(expected.clusterId)) {
            return new Refused("the journal belongs to cluster %s, this is cluster %s"
                    .formatted(identity.clusterId(), expected.clusterId));
        }
        return new Known();
    }

    /// After a restore or a loss: far enough beyond every revision that can have been given out since a
    /// checkpoint.
    static Jump jump(long revision, long secondsSince) {
        return new Jump(revision + Math.max(JUMP_MIN, LOST_PER_SECOND_MAX * secondsSince));
    }
}
