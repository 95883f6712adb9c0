package dev.shiplog.api.allocate;

import dev.shiplog.api.admission.Admission;
import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.admission.Attempt;
import dev.shiplog.api.admission.Draft;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeSpec;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives each Node a /24 for its pods, and takes it back. A cluster that has more nodes than ranges leaves the further
/// ones without; a node that has none is given one when it is next written and one is free.
public final class PodCidrAllocation implements Admission {
    private static final String SUFFIX = "/24";

    @Override
    public ApiObject admit(Attempt attempt) {
        if (!attempt.of("", "nodes")) {
            return attempt.object();
        }
        Node node = (Node) attempt.object().content();
        return switch (attempt.kind()) {
            case CREATE -> attempt.object().replacing(node.withSpec(allocated(attempt, node)));
            case UPDATE -> updated(attempt, node);
            case REMOVE -> {
                String first = firstAddress(node.spec().podCIDR());
                if (first != null) {
                    attempt.draft().release(Keys.podCidr(first));
                }
                yield attempt.object();
            }
        };
    }

    /// What a node has it keeps, which validation sees to; `podCIDR` is always the first of `podCIDRs`.
    private static ApiObject updated(Attempt attempt, Node node) {
        ApiObject old = attempt.old();
        boolean had = old != null && !((Node) old.content()).spec().podCIDR().isEmpty();
        if (had && node.spec().podCIDRs().isEmpty()) {
            return attempt.object();
        }
        NodeSpec spec = had ? withCidr(node.spec(), node.spec().podCIDRs().getFirst()) : allocated(attempt, node);
        return spec.equals(node.spec()) ? attempt.object() : attempt.object().replacing(node.withSpec(spec));
    }

    private static NodeSpec allocated(Attempt attempt, Node node) {
        Draft draft = attempt.draft();
        String asked = node.spec().podCIDR();
        if (!asked.isEmpty()) {
            String first = firstAddress(asked);
            Key key = first == null ? null : Keys.podCidr(first);
            if (key == null || draft.has(key)) {
                throw invalid(node, asked, key == null ? "must be a /24 of 10.42.0.0/16" : "is already allocated");
            }
            draft.claim(key, owner(node));
            return withCidr(node.spec(), asked);
        }
        int chosen = Choice.free(
                0,
                Addresses.PODS_SUBNETS,
                subnet -> draft.has(Keys.podCidr(address(subnet))),
                attempt.circumstances().random());
        if (chosen == Choice.NONE) {
            return node.spec();
        }
        draft.claim(Keys.podCidr(address(chosen)), owner(node));
        return withCidr(node.spec(), address(chosen) + SUFFIX);
    }

    private static NodeSpec withCidr(NodeSpec spec, String cidr) {
        return spec.toBuilder().podCIDR(cidr).podCIDRs(List.of(cidr)).build();
    }

    private static String address(int subnet) {
        return Addresses.text(Addresses.PODS_FIRST + (long) subnet * Addresses.PODS_SUBNET_SIZE);
    }

    /// The first address of a /24 inside the range of pods, or null.
    private static @Nullable String firstAddress(String cidr) {
        if (!cidr.endsWith(SUFFIX)) {
            return null;
        }
        String text = cidr.substring(0, cidr.length() - SUFFIX.length());
        long offset = Addresses.parse(text) - Addresses.PODS_FIRST;
        boolean ours = offset >= 0
                && offset < (long) Addresses.PODS_SUBNETS * Addresses.PODS_SUBNET_SIZE
                && offset % Addresses.PODS_SUBNET_SIZE == 0;
        return ours ? text : null;
    }

    private static byte[] owner(Node node) {
        return node.metadata().name().getBytes(StandardCharsets.UTF_8);
    }

    private static StatusException invalid(Node node, String value, String why) {
        return new StatusException(ApiStatus.invalid(
                "",
                "Node",
                node.metadata().name(),
                List.of(new ApiStatus.Cause(
                        "FieldValueInvalid", "Invalid value: \"%s\": %s".formatted(value, why), "spec.podCIDR"))));
    }
}
