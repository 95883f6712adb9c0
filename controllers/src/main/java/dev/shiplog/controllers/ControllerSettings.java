package dev.shiplog.controllers;

import dev.shiplog.store.reconcile.Reconciler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which controllers run, as `--controllers` says: `*` for all, a name for one, `-name` for all but one.
///
/// @param rootCertificate the cluster's certificate authority as PEM, which every namespace is given
public record ControllerSettings(List<String> controllers, String rootCertificate) {
    private static final String ALL = "*";

    public ControllerSettings {
        controllers = List.copyOf(controllers);
        var known = Controllers.names();
        var problems = new ArrayList<String>();
        for (String each : controllers) {
            String name = each.startsWith("-") ? each.substring(1) : each;
            if (!name.equals(ALL) && !known.contains(name)) {
                problems.add("controllers names '%s', known are %s".formatted(name, String.join(", ", known)));
            }
        }
        if (controllers.isEmpty()) {
            problems.add("controllers is empty, '*' stands for all");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /// Reads the value of `--controllers`.
    ///
    /// @param text comma-separated, as on the command line
    public static ControllerSettings parse(String text, String rootCertificate) {
        List<String> names = Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        return new ControllerSettings(names, rootCertificate);
    }

    boolean runs(Reconciler reconciler) {
        return !controllers.contains("-" + reconciler.name())
                && (controllers.contains(ALL) || controllers.contains(reconciler.name()));
    }
}
