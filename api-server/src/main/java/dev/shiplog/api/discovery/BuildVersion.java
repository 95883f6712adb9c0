package dev.shiplog.api.discovery;

/// Which program this is.
///
/// @param version of Shiplog, `X.Y.Z`
public record BuildVersion(String version, String commit) {
    public static final String MAJOR = "1";
    public static final String MINOR = "36";

    /// The Kubernetes version that clients go by.
    public String gitVersion() {
        return "v%s.%s.0+shiplog.%s".formatted(MAJOR, MINOR, version);
    }
}
