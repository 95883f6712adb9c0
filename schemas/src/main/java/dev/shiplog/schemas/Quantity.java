package dev.shiplog.schemas;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// An amount of a resource, exact: `500m`, `128Mi`, `1e3`. Compares and equals by value, whatever its form.
///
/// Canonical is the form with the largest suffix that leaves a whole number and loses nothing; the kind of suffix
/// (thousands, 1,024s, exponent) stays as written. What is finer than a billionth is rounded up.
public final class Quantity implements Comparable<Quantity> {
    /// Which suffixes the canonical form uses.
    public enum Format {
        DECIMAL_SI,
        BINARY_SI,
        DECIMAL_EXPONENT
    }

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    private static final String DECIMAL = "num kMGTPE";
    private static final String BINARY = " KMGTPE";
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
    private static final BigInteger BINARY_STEP = BigInteger.valueOf(1024);
    private static final int FINEST = 9;
    private static final int LENGTH_MAX = 64;
    private static final int EXPONENT_MAX = 1000;

    private final BigDecimal value;
    private final Format format;

    private Quantity(BigDecimal value, Format format) {
        this.value = value;
        this.format = format;
    }

    public static Quantity of(BigDecimal value, Format format) {
        return new Quantity(bounded(value), format);
    }

    public static Quantity ofUnits(long units) {
        return new Quantity(BigDecimal.valueOf(units), Format.DECIMAL_SI);
    }

    public static Quantity ofMilli(long thousandths) {
        return new Quantity(BigDecimal.valueOf(thousandths, 3), Format.DECIMAL_SI);
    }

    public static Quantity ofBytes(long bytes) {
        return new Quantity(BigDecimal.valueOf(bytes), Format.BINARY_SI);
    }

    /// Reads an amount; the empty text is 0. Throws IllegalArgumentException for what is none.
    public static Quantity parse(String text) {
        if (text.isEmpty()) {
            return ZERO;
        }
        if (text.length() > LENGTH_MAX) {
            throw none(text);
        }
        int end = numberEnd(text);
        String suffix = text.substring(end);
        BigDecimal number;
        try {
            number = new BigDecimal(text.substring(0, end));
        } catch (NumberFormatException e) {
            throw none(text);
        }
        if (suffix.endsWith("i") && suffix.length() == 2) {
            int power = BINARY.indexOf(suffix.charAt(0));
            if (power < 1) {
                throw none(text);
            }
            return of(number.multiply(new BigDecimal(BINARY_STEP.pow(power))), Format.BINARY_SI);
        }
        if (suffix.length() <= 1) {
            int step = suffix.isEmpty() ? 3 : DECIMAL.indexOf(suffix.charAt(0));
            if (step < 0 || suffix.equals(" ")) {
                throw none(text);
            }
            return of(number.scaleByPowerOfTen((step - 3) * 3), Format.DECIMAL_SI);
        }
        return of(number.scaleByPowerOfTen(exponent(suffix, text)), Format.DECIMAL_EXPONENT);
    }

    private static int numberEnd(String text) {
        int i = text.charAt(0) == '+' || text.charAt(0) == '-' ? 1 : 0;
        while (i < text.length() && (isDigit(text.charAt(i)) || text.charAt(i) == '.')) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int exponent(String suffix, String text) {
        if (suffix.charAt(0) != 'e' && suffix.charAt(0) != 'E') {
            throw none(text);
        }
        try {
            int exponent = Integer.parseInt(suffix, 1, suffix.length(), 10);
            if (Math.abs(exponent) <= EXPONENT_MAX) {
                return exponent;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message for all
        }
        throw none(text);
    }

    private static IllegalArgumentException none(String text) {
        return new IllegalArgumentException("\"" + (text.length() > LENGTH_MAX ? text.substring(0, LENGTH_MAX) : text)
                + "\" is no quantity: quantities must match the regular expression "
                + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }

    private static BigDecimal bounded(BigDecimal value) {
        BigDecimal rounded = value.scale() > FINEST ? value.setScale(FINEST, RoundingMode.UP) : value;
        return rounded.compareTo(MOST) > 0 ? MOST : rounded;
    }

    /// The canonical form of an amount; throws IllegalArgumentException for what is none.
    public static String canonical(String text) {
        return isCanonical(text) ? text : parse(text).toString();
    }

    /// Whether the text certainly is canonical; the common ones are.
    private static boolean isCanonical(String text) {
        int digits = 0;
        while (digits < text.length() && isDigit(text.charAt(digits))) {
            digits++;
        }
        if (digits == 0 || digits > 9 || text.charAt(0) == '0') {
            return digits == 1 && text.length() == 1;
        }
        boolean suffixed = digits + 1 == text.length() && "mkMGTP".indexOf(text.charAt(digits)) >= 0;
        if (suffixed || digits == text.length()) {
            return !text.startsWith("000", digits - 3);
        }
        return digits + 2 == text.length()
                && text.charAt(digits + 1) == 'i'
                && "KMGTP".indexOf(text.charAt(digits)) >= 0
                && Integer.parseInt(text, 0, digits, 10) % 1024 != 0
                && digits <= 3;
    }

    public BigDecimal value() {
        return value;
    }

    public Format format() {
        return format;
    }

    /// Whole units, rounded up: bytes of memory, whole CPUs.
    public long units() {
        return value.setScale(0, RoundingMode.UP).longValue();
    }

    /// Thousandths, rounded up: CPU.
    public long milli() {
        BigDecimal milli = value.scaleByPowerOfTen(3).setScale(0, RoundingMode.UP);
        return milli.compareTo(MOST) > 0 ? Long.MAX_VALUE : milli.longValue();
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    public boolean isNegative() {
        return value.signum() < 0;
    }

    /// The sum, in this one's form.
    public Quantity plus(Quantity other) {
        return new Quantity(bounded(value.add(other.value)), formatWith(other));
    }

    /// The difference, in this one's form.
    public Quantity minus(Quantity other) {
        return new Quantity(bounded(value.subtract(other.value)), formatWith(other));
    }

    private Format formatWith(Quantity other) {
        return isZero() ? other.format : format;
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity that && value.compareTo(that.value) == 0;
    }

    @Override
    public int hashCode() {
        return value.stripTrailingZeros().hashCode();
    }

    /// The canonical form.
    @Override
    public String toString() {
        if (value.signum() == 0) {
            return "0";
        }
        if (format == Format.BINARY_SI
                && value.abs().compareTo(new BigDecimal(BINARY_STEP)) >= 0
                && value.stripTrailingZeros().scale() <= 0) {
            return binary();
        }
        BigInteger nanos = value.setScale(FINEST, RoundingMode.UP).unscaledValue();
        int step = 0;
        for (BigInteger[] parts = nanos.divideAndRemainder(THOUSAND);
                step < DECIMAL.length() - 1 && parts[1].signum() == 0;
                parts = nanos.divideAndRemainder(THOUSAND)) {
            nanos = parts[0];
            step++;
        }
        if (step == 3) {
            return nanos.toString();
        }
        return format == Format.DECIMAL_EXPONENT
                ? nanos + "e" + (step - 3) * 3
                : nanos.toString() + DECIMAL.charAt(step);
    }

    private String binary() {
        BigInteger number = value.toBigIntegerExact();
        int power = 0;
        for (BigInteger[] parts = number.divideAndRemainder(BINARY_STEP);
                power < BINARY.length() - 1 && parts[1].signum() == 0;
                parts = number.divideAndRemainder(BINARY_STEP)) {
            number = parts[0];
            power++;
        }
        return power == 0 ? number.toString() : number.toString() + BINARY.charAt(power) + "i";
    }
}
