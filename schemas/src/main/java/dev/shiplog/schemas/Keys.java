package dev.shiplog.schemas;

import dev.shiplog.journal.Key;
import java.util.Comparator;

/// The text, the order and the internal ones of keys.
public final class Keys {
    /// The group of keys that are no objects of the API.
    public static final String INTERNAL = "~";

    /// By group, resource, namespace, name.
    public static final Comparator<Key> ORDER = Keys::compare;

    private static final String CORE = "core";
    private static final String NONE = "-";

    private Keys() {}

    private static int compare(Key a, Key b) {
        int order = a.group().compareTo(b.group());
        if (order == 0) {
            order = a.resource().compareTo(b.resource());
        }
        if (order == 0) {
            order = a.namespace().compareTo(b.namespace());
        }
        return order == 0 ? a.name().compareTo(b.name()) : order;
    }

    /// `<group or core>/<resource>/<namespace or ->/<name>`, as in the topic `objects`.
    public static String text(Key key) {
        String group = key.group().isEmpty() ? CORE : key.group();
        String namespace = key.namespace().isEmpty() ? NONE : key.namespace();
        return group + "/" + key.resource() + "/" + namespace + "/" + key.name();
    }

    /// The key behind a text; throws IllegalArgumentException if there is none.
    public static Key parse(String text) {
        String[] parts = text.split("/", 4);
        if (parts.length != 4 || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty() || parts[3].isEmpty()) {
            throw new IllegalArgumentException("not <group>/<resource>/<namespace or ->/<name>: " + text);
        }
        return new Key(
                parts[0].equals(CORE) ? "" : parts[0], parts[1], parts[2].equals(NONE) ? "" : parts[2], parts[3]);
    }

    public static boolean isInternal(Key key) {
        return key.group().equals(INTERNAL);
    }

    /// Present while objects may be created in the namespace.
    public static Key open(String namespace) {
        return internal("open", namespace);
    }

    /// Present while a Service has the address.
    public static Key ip(String address) {
        return internal("ip", address);
    }

    /// Present while a Service has the port.
    public static Key nodePort(int port) {
        return internal("nodeport", Integer.toString(port));
    }

    /// Present while a Node has the range that begins with the address.
    public static Key podCidr(String firstAddress) {
        return internal("podcidr", firstAddress);
    }

    /// Rewritten by whoever takes over a controller's shard.
    public static Key tenure(String controller, int partition) {
        return internal("tenure", controller + "." + partition);
    }

    /// Present from before the first value that the schema wrote.
    public static Key schema(long fingerprint) {
        return internal("schema", Fingerprints.hex(fingerprint));
    }

    private static Key internal(String resource, String name) {
        return new Key(INTERNAL, resource, "", name);
    }
}
