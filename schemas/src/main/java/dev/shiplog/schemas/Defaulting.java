package dev.shiplog.schemas;

/// Fills in what Kubernetes fills in: the `defaultValue` of every field that is absent, in every record of an object,
/// and what depends on other fields ([ComputedDefaults]).
///
/// Doing it twice changes nothing more. What an admission step decides (a ServiceAccount, an address) is not done here.
public final class Defaulting {
    private Defaulting() {}

    @SuppressWarnings("unchecked") // defaults do not change the class
    public static <T extends Typed> T apply(T object) {
        Object filled = object.recordType().node().withDefaults(object);
        return filled == null ? object : (T) filled;
    }
}
