package dev.shiplog.api.admission;

/// A Lease is written by whoever holds it: created by its first update, and never overwritten unseen.
final class LeaseRules implements KindRules {
    @Override
    public boolean createdByUpdate() {
        return true;
    }

    @Override
    public boolean updateNeedsRevision() {
        return true;
    }
}
