package dev.shiplog.api.allocate;

/// IPv4 addresses as numbers, because a range is counted, not parsed.
final class Addresses {
    /// Services get their addresses from here.
    static final long SERVICES_FIRST = parse("10.43.0.0");

    static final int SERVICES_SIZE = 1 << 16;

    /// The lower end of a range is given out only when asked for by name or when the rest is used up, so that
    /// well-known addresses stay free.
    static final int SERVICES_RESERVED = 256;

    static final long PODS_FIRST = parse("10.42.0.0");
    static final int PODS_SUBNETS = 256;
    static final int PODS_SUBNET_SIZE = 256;

    private Addresses() {}

    /// -1 when the text is no dotted quad in its plain form.
    static long parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return -1;
        }
        long address = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return -1;
            }
            int value = Integer.parseInt(part);
            if (value > 255 || (part.length() > 1 && part.charAt(0) == '0')) {
                return -1;
            }
            address = address << 8 | value;
        }
        return address;
    }

    static String text(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    /// Whether a Service may have it: inside the range, and neither its first nor its last address.
    static boolean usableByService(long address) {
        return address > SERVICES_FIRST && address < SERVICES_FIRST + SERVICES_SIZE - 1;
    }
}
