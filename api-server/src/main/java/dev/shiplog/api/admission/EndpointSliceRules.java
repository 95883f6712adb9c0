package dev.shiplog.api.admission;

/// An EndpointSlice counts generations although it has neither specification nor status.
final class EndpointSliceRules implements KindRules {
    @Override
    public boolean countsGenerations(ApiObject object) {
        return true;
    }
}
