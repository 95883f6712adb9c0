package dev.shiplog.api.admission;

/// A Service counts no generations.
final class ServiceRules implements KindRules {
    @Override
    public boolean countsGenerations(ApiObject object) {
        return false;
    }
}
