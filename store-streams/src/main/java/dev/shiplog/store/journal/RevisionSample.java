package dev.shiplog.store.journal;

/// Where in a journal, and when, a revision was reached.
public record RevisionSample(long revision, long position, long timeMillis) {

    public static RevisionSample of(State state) {
        return new RevisionSample(state.revision(), state.position(), state.timeMillis());
    }
}
