package dev.shiplog.node.pod;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/// The number in a quantity such as `100m`, `1.5`, `2Gi` or `3e6`.
public final class Amount {
    private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
            Map.entry("n", new BigDecimal("1e-9")),
            Map.entry("u", new BigDecimal("1e-6")),
            Map.entry("m", new BigDecimal("1e-3")),
            Map.entry("k", new BigDecimal("1e3")),
            Map.entry("M", new BigDecimal("1e6")),
            Map.entry("G", new BigDecimal("1e9")),
            Map.entry("T", new BigDecimal("1e12")),
            Map.entry("P", new BigDecimal("1e15")),
            Map.entry("E", new BigDecimal("1e18")),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private Amount() {}

    public static BigDecimal of(String quantity) {
        int end = quantity.length();
        while (end > 0 && Character.isLetter(quantity.charAt(end - 1))) {
            end--;
        }
        String suffix = quantity.substring(end);
        BigDecimal factor = SUFFIXES.get(suffix);
        return factor == null ? new BigDecimal(quantity) : new BigDecimal(quantity.substring(0, end)).multiply(factor);
    }

    /// Thousandths, rounded up: the milli-CPUs of a CPU quantity.
    public static long milli(String quantity) {
        return of(quantity).movePointRight(3).setScale(0, RoundingMode.CEILING).longValue();
    }

    /// Whole units, rounded up: the bytes of a memory quantity.
    public static long whole(String quantity) {
        return of(quantity).setScale(0, RoundingMode.CEILING).longValue();
    }
}
