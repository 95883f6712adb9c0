package dev.shiplog.schemas.validation;

import dev.shiplog.coordination_k8s_io.v1.Lease;

/// Rules for a Lease, beyond the bounds of its schema.
final class LeaseRules {
    private LeaseRules() {}

    static void check(Lease lease, Causes causes) {
        String holder = lease.spec().holderIdentity();
        if (holder != null && holder.isEmpty()) {
            causes.invalid(Path.of("spec", "holderIdentity"), holder, "must not be empty");
        }
        String preferred = lease.spec().preferredHolder();
        String strategy = lease.spec().strategy();
        if (preferred != null && !preferred.isEmpty() && (strategy == null || strategy.isEmpty())) {
            causes.forbidden(Path.of("spec", "preferredHolder"), "may only be specified if `strategy` is defined");
        }
    }
}
