package dev.shiplog.api.resource;

import dev.shiplog.store.Past;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;

/// Nothing but what the window holds, as after a truncation.
public final class NoPast implements Past {
    @Override
    public Snapshot at(long revision) throws RevisionGone {
        throw new RevisionGone(revision, revision + 1);
    }

    @Override
    public Page changes(String group, String resource, long after, int count) throws RevisionGone {
        throw new RevisionGone(after, after + 1);
    }
}
