package dev.shiplog.store.sim;

import java.util.List;

/// What a simulation found. The same seed and steps give the same report.
///
/// @param crashes of instances, materialisers and the broker
/// @param violations empty when every invariant held
/// @param stateHash of the store and of the outputs at the end
public record SimReport(
        long seed, long steps, long crashes, long invariantChecks, List<String> violations, String stateHash) {}
