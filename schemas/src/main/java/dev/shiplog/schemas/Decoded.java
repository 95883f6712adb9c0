package dev.shiplog.schemas;

import java.util.List;

/// What JSON turned out to be: the object, what it says it is (empty if it does not), and what a strict reader
/// objects to: `unknown field "spec.foo"`, `duplicate field "metadata.name"`.
public record Decoded<T>(T object, String apiVersion, String kind, List<String> problems) {
    public Decoded {
        problems = List.copyOf(problems);
    }
}
