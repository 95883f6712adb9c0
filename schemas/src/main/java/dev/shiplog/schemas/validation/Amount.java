package dev.shiplog.schemas.validation;

import dev.shiplog.schemas.Quantity;

/// Amounts as text; what is no quantity is somebody else's finding and passes here.
final class Amount {
    private Amount() {}

    static int compare(String left, String right) {
        try {
            return Quantity.parse(left).compareTo(Quantity.parse(right));
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    static boolean isNegative(String amount) {
        return compare(amount, "0") < 0;
    }
}
