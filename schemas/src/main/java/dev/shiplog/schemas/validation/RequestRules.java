package dev.shiplog.schemas.validation;

import dev.shiplog.authentication_k8s_io.v1.TokenRequest;
import dev.shiplog.core.v1.Binding;
import dev.shiplog.meta.v1.DeleteOptions;
import java.util.List;

/// Rules for kinds that are requests: they ask for something and are not stored.
final class RequestRules {
    private static final long TOKEN_SECONDS_MIN = 600;
    private static final long TOKEN_SECONDS_MAX = 1L << 32;

    private RequestRules() {}

    static void check(Binding binding, Causes causes) {
        String kind = binding.target().kind();
        if (!kind.isEmpty() && !kind.equals("Node")) {
            causes.notSupported(Path.of("target", "kind"), kind, List.of("Node"));
        }
        if (binding.target().name().isEmpty()) {
            causes.required(Path.of("target", "name"));
        }
    }

    static void check(TokenRequest request, Causes causes) {
        Long seconds = request.spec().expirationSeconds();
        Path at = Path.of("spec", "expirationSeconds");
        if (seconds != null && seconds < TOKEN_SECONDS_MIN) {
            causes.invalid(at, seconds, "may not specify a duration less than 10 minutes");
        }
        if (seconds != null && seconds > TOKEN_SECONDS_MAX) {
            causes.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds");
        }
    }

    static void check(DeleteOptions options, Causes causes) {
        String policy = options.propagationPolicy();
        var policies = List.of("Background", "Foreground", "Orphan");
        if (policy != null && options.orphanDependents() != null) {
            causes.invalid(
                    Path.of("propagationPolicy"),
                    policy,
                    "orphanDependents and deletionPropagation cannot be both set");
        } else if (policy != null && !policies.contains(policy)) {
            causes.notSupported(Path.of("propagationPolicy"), policy, policies);
        }
        Long grace = options.gracePeriodSeconds();
        if (grace != null && grace < 0) {
            causes.invalid(Path.of("gracePeriodSeconds"), grace, "must be greater than or equal to 0");
        }
        for (String dryRun : options.dryRun()) {
            if (!dryRun.equals("All")) {
                causes.notSupported(Path.of("dryRun"), dryRun, List.of("All"));
            }
        }
    }
}
