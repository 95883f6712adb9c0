package dev.shiplog.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.IVersionProvider;

/// What this build is: our version, the Kubernetes minor whose API it serves, and the commit.
public final class Version implements IVersionProvider {
    static final String SHIPLOG = "0.1.0";
    static final String KUBERNETES = "1.36";

    @Override
    public String[] getVersion() {
        return new String[] {"shiplog %s (kubernetes %s, commit %s)".formatted(SHIPLOG, KUBERNETES, commit())};
    }

    /// The version as Kubernetes clients read it.
    static String gitVersion() {
        return "v%s.0+shiplog.%s".formatted(KUBERNETES, SHIPLOG);
    }

    /// The commit that was built, or `unknown` outside a clone.
    static String commit() {
        Path file = Installation.root().resolve("standalone/target/app/commit");
        try {
            return Files.readString(file).strip();
        } catch (IOException _) {
            return "unknown";
        }
    }
}
