package dev.shiplog.scheduler;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.schemas.Quantity;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/// Amounts of resources: processors in thousandths, everything else in units. What is not named is 0.
record Amounts(Map<String, Long> of) {
    static final String CPU = "cpu";
    static final String MEMORY = "memory";
    static final String PODS = "pods";
    static final Amounts NONE = new Amounts(Map.of());

    static Amounts parse(Map<String, String> quantities) {
        if (quantities.isEmpty()) {
            return NONE;
        }
        var amounts = new TreeMap<String, Long>();
        quantities.forEach((name, text) -> amounts.put(name, units(name, text)));
        return new Amounts(amounts);
    }

    private static long units(String name, String text) {
        var value = Quantity.parse(text).value();
        var scaled = name.equals(CPU) ? value.movePointRight(3) : value;
        return scaled.setScale(0, RoundingMode.CEILING).longValue();
    }

    /// What a pod asks of its node: its containers together, or what starting it takes if that is more, and its
    /// overhead; and one pod.
    ///
    /// See kubernetes.io/docs/concepts/workloads/pods/init-containers, "Resource sharing within containers".
    static Amounts requested(Pod pod) {
        Amounts sidecars = NONE;
        Amounts starting = NONE;
        for (Container container : pod.spec().initContainers()) {
            Amounts own = parse(container.resources().requests());
            if (Objects.equals(container.restartPolicy(), "Always")) {
                sidecars = sidecars.plus(own);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(own));
            }
        }
        Amounts running = sidecars;
        for (Container container : pod.spec().containers()) {
            running = running.plus(parse(container.resources().requests()));
        }
        return running.max(starting).plus(parse(pod.spec().overhead())).plus(new Amounts(Map.of(PODS, 1L)));
    }

    long get(String name) {
        return of.getOrDefault(name, 0L);
    }

    Amounts plus(Amounts other) {
        return merge(other, Math::addExact);
    }

    Amounts minus(Amounts other) {
        var all = new TreeMap<>(of);
        other.of.forEach((name, amount) -> {
            long left = all.getOrDefault(name, 0L) - amount;
            if (left == 0) {
                all.remove(name);
            } else {
                all.put(name, left);
            }
        });
        return new Amounts(all);
    }

    private Amounts max(Amounts other) {
        return merge(other, Math::max);
    }

    private Amounts merge(Amounts other, LongBinaryOperator how) {
        if (other.of.isEmpty()) {
            return this;
        }
        if (of.isEmpty()) {
            return other;
        }
        var all = new TreeMap<>(of);
        other.of.forEach((name, amount) -> all.merge(name, amount, (a, b) -> how.applyAsLong(a, b)));
        return new Amounts(all);
    }
}
