package dev.shiplog.scheduler;

import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.Taint;
import dev.shiplog.scheduler.Shape.HostPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A node as the scheduler sees it, with what is taken of it, by pods that are bound and by those about to be.
final class NodeState {
    /// What does not change with the pods on it.
    record Offer(
            Map<String, String> labels, List<Taint> taints, boolean unschedulable, boolean ready, Amounts allocatable) {
        static Offer of(Node node) {
            boolean ready = node.status().conditions().stream()
                    .anyMatch(condition -> condition.type().equals("Ready")
                            && condition.status().equals("True"));
            return new Offer(
                    node.metadata().labels(),
                    node.spec().taints(),
                    node.spec().unschedulable(),
                    ready,
                    Amounts.parse(node.status().allocatable()));
        }
    }

    private final String name;
    private final Map<HostPort, Integer> ports = new HashMap<>();
    private Offer offer;
    private Amounts taken = Amounts.NONE;
    private boolean present;
    private long version;

    NodeState(String name) {
        this.name = name;
        this.offer = new Offer(Map.of(), List.of(), true, false, Amounts.NONE);
    }

    String name() {
        return name;
    }

    Offer offer() {
        return offer;
    }

    Amounts taken() {
        return taken;
    }

    /// Whether there is such a node; pods may be bound to one that is gone.
    boolean present() {
        return present;
    }

    /// Raised by every change, so that a ranking knows what it has to look at again.
    long version() {
        return version;
    }

    void offers(Offer now) {
        offer = now;
        present = true;
        version++;
    }

    void gone() {
        present = false;
        version++;
    }

    void take(Shape shape) {
        taken = taken.plus(shape.requests());
        shape.ports().forEach(port -> ports.merge(port, 1, Integer::sum));
        version++;
    }

    void release(Shape shape) {
        taken = taken.minus(shape.requests());
        shape.ports().forEach(port -> ports.computeIfPresent(port, (_, count) -> count == 1 ? null : count - 1));
        version++;
    }

    boolean free(HostPort wanted) {
        return ports.isEmpty() || ports.keySet().stream().noneMatch(wanted::clashes);
    }
}
