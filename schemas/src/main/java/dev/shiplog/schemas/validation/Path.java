package dev.shiplog.schemas.validation;

import org.jspecify.annotations.Nullable;

/// Where in an object a check is; made text only when something is wrong there.
final class Path {
    static final Path ROOT = new Path(null, "");

    private final @Nullable Path parent;
    private final String segment;

    private Path(@Nullable Path parent, String segment) {
        this.parent = parent;
        this.segment = segment;
    }

    static Path of(String... fields) {
        Path path = ROOT;
        for (String field : fields) {
            path = path.field(field);
        }
        return path;
    }

    Path field(String name) {
        return new Path(this, parent == null ? name : "." + name);
    }

    Path index(int index) {
        return new Path(this, "[" + index + "]");
    }

    Path key(String key) {
        return new Path(this, "[" + key + "]");
    }

    @Override
    public String toString() {
        return parent == null ? segment : parent + segment;
    }
}
