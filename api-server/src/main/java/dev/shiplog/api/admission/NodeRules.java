package dev.shiplog.api.admission;

/// A Node registers with its status, and counts no generations.
final class NodeRules implements KindRules {
    @Override
    public boolean statusOnCreate() {
        return true;
    }

    @Override
    public boolean countsGenerations(ApiObject object) {
        return false;
    }
}
