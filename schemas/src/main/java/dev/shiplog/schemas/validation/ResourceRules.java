package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.ResourceRequirements;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rules for the resources of a container: known names, no negative amounts, no request above its limit.
final class ResourceRules {
    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");

    private ResourceRules() {}

    static void check(ResourceRequirements resources, Path at, Causes causes) {
        amounts(resources.limits(), at.field("limits"), causes);
        amounts(resources.requests(), at.field("requests"), causes);
        resources.requests().forEach((name, request) -> {
            @Nullable String limit = resources.limits().get(name);
            if (limit != null && Amount.compare(request, limit) > 0) {
                causes.invalid(
                        at.field("requests"),
                        request,
                        "must be less than or equal to %s limit of %s".formatted(name, limit));
            }
            boolean extended = name.indexOf('/') >= 0;
            if (extended && limit == null) {
                causes.required(at.field("limits").key(name), "Limit must be set for non overcommitable resources");
            } else if (extended && limit != null && Amount.compare(request, limit) != 0) {
                causes.invalid(at.field("requests"), request, "must be equal to %s limit of %s".formatted(name, limit));
            }
        });
    }

    private static void amounts(Map<String, String> amounts, Path at, Causes causes) {
        amounts.forEach((name, amount) -> {
            Path each = at.key(name);
            causes.invalid(each, name, Names.labelKey(name));
            if (name.indexOf('/') < 0 && !STANDARD.contains(name) && !name.startsWith("hugepages-")) {
                causes.invalid(each, name, "must be a standard resource for containers");
            }
            if (Amount.isNegative(amount)) {
                causes.invalid(each, amount, "must be greater than or equal to 0");
            }
        });
    }
}
