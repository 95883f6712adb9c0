package dev.shiplog.schemas.validation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// IP addresses and networks as text, read strictly.
final class Addresses {
    private static final int V4_BYTES = 4;
    private static final int V6_GROUPS = 8;

    private Addresses() {}

    static boolean isIp(String text) {
        return isV4(text) || isV6(text);
    }

    static boolean isV4(String text) {
        return v4(text) != null;
    }

    private static int @Nullable [] v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != V4_BYTES) {
            return null;
        }
        int[] bytes = new int[V4_BYTES];
        for (int i = 0; i < V4_BYTES; i++) {
            int value = number(parts[i], 3, 255);
            if (value < 0 || (parts[i].length() > 1 && parts[i].charAt(0) == '0')) {
                return null;
            }
            bytes[i] = value;
        }
        return bytes;
    }

    static boolean isV6(String text) {
        if (text.indexOf(':') < 0 || text.contains(":::")) {
            return false;
        }
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return false;
        }
        int groups = gap < 0 ? groups(text) : sum(groups(text.substring(0, gap)), groups(text.substring(gap + 2)));
        return gap < 0 ? groups == V6_GROUPS : groups >= 0 && groups < V6_GROUPS;
    }

    private static int sum(int left, int right) {
        return left < 0 || right < 0 ? -1 : left + right;
    }

    /// How many 16-bit groups a part without `::` has, or -1.
    private static int groups(String part) {
        if (part.isEmpty()) {
            return 0;
        }
        String[] groups = part.split(":", -1);
        int count = 0;
        for (int i = 0; i < groups.length; i++) {
            if (i == groups.length - 1 && isV4(groups[i])) {
                count += 2;
            } else if (groups[i].matches("[0-9a-fA-F]{1,4}")) {
                count++;
            } else {
                return -1;
            }
        }
        return count;
    }

    /// Whether text is a network as `10.42.0.0/24`.
    static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        String address = text.substring(0, slash);
        String length = text.substring(slash + 1);
        return (isV4(address) && number(length, 2, 32) >= 0) || (isV6(address) && number(length, 3, 128) >= 0);
    }

    /// Why no endpoint can have this address, or null.
    static @Nullable String unfitForEndpoint(String ip) {
        int @Nullable [] v4 = v4(ip);
        if (ip.equals("0.0.0.0") || ip.equals("::")) {
            return "may not be unspecified (" + ip + ")";
        }
        if ((v4 != null && v4[0] == 127) || ip.equals("::1")) {
            return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        }
        if ((v4 != null && v4[0] == 169 && v4[1] == 254)
                || ip.toLowerCase(Locale.ROOT).startsWith("fe80:")) {
            return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        }
        if (v4 != null && v4[0] == 224 && v4[1] == 0 && v4[2] == 0) {
            return "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)";
        }
        return null;
    }

    private static int number(String text, int digitsMax, int max) {
        if (text.isEmpty() || text.length() > digitsMax || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int value = Integer.parseInt(text);
        return value <= max ? value : -1;
    }
}
