package dev.shiplog.node.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shiplog.schemas.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a pod's image pull secrets say to which registry.
///
/// A secret names registries, each with a user and a password; a name may have `*` in the labels of its host, and a
/// path that images below it share. See kubernetes.io/docs/concepts/containers/images, "Interpretation of
/// config.json", and kubernetes.io/docs/concepts/configuration/secret, "Docker config Secrets".
public final class Keyring {
    private static final String JSON_KEY = ".dockerconfigjson";
    private static final String OLD_KEY = ".dockercfg";
    /// What a name without a registry stands for, and the name that `docker login` gives it.
    private static final String DEFAULT_REGISTRY = "docker.io";

    private static final String DEFAULT_LOGIN = "index.docker.io";
    private static final Pattern SCHEME = Pattern.compile("^https?://");
    private static final Pattern VERSION = Pattern.compile("^/v[12](/|$)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Entry> entries = new ArrayList<>();

    /// Who to be to a registry.
    public record Login(String user, String password) {
        /// Leaves the password out.
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    private record Entry(String host, String path, Login login) {}

    /// Adds what a Secret holds. False when it is none for registries, or malformed.
    public boolean add(Map<String, Bytes> secret) {
        Bytes now = secret.get(JSON_KEY);
        Bytes old = secret.get(OLD_KEY);
        try {
            if (now != null) {
                return add(JSON.readTree(now.toByteArray()).path("auths"));
            }
            return old != null && add(JSON.readTree(old.toByteArray()));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean add(JsonNode registries) {
        boolean all = registries.isObject();
        for (Map.Entry<String, JsonNode> registry : registries.properties()) {
            @Nullable Login login = login(registry.getValue());
            all &= login != null;
            if (login != null) {
                entries.add(entry(registry.getKey(), login));
            }
        }
        return all;
    }

    private static @Nullable Login login(JsonNode node) {
        String auth = node.path("auth").asText("");
        if (auth.isEmpty()) {
            return new Login(
                    node.path("username").asText(""), node.path("password").asText(""));
        }
        try {
            String text = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0 ? null : new Login(text.substring(0, colon), text.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Entry entry(String name, Login login) {
        String bare = SCHEME.matcher(name).replaceFirst("");
        int slash = bare.indexOf('/');
        String path = slash < 0 ? "" : VERSION.matcher(bare.substring(slash)).replaceFirst("/");
        return new Entry(slash < 0 ? bare : bare.substring(0, slash), path.equals("/") ? "" : path, login);
    }

    /// The logins for an image, those for the longest path first; none when no secret speaks of its registry.
    public List<Login> lookup(String image) {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        String host = named ? first : DEFAULT_REGISTRY;
        String path = named ? image.substring(slash) : "/" + image;
        return entries.stream()
                .filter(entry -> matches(entry, host, path))
                .sorted(Comparator.comparingInt(entry -> -entry.path.length()))
                .map(Entry::login)
                .distinct()
                .toList();
    }

    private static boolean matches(Entry entry, String host, String path) {
        boolean ofDefault = host.equals(DEFAULT_REGISTRY) && entry.host.equals(DEFAULT_LOGIN);
        return (ofDefault || hostMatches(entry.host, host)) && path.startsWith(entry.path);
    }

    /// Label by label; a port must be the same.
    private static boolean hostMatches(String pattern, String host) {
        String[] wanted = pattern.split("[.]", -1);
        String[] labels = host.split("[.]", -1);
        if (wanted.length != labels.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!labels[i].matches(glob(wanted[i]))) {
                return false;
            }
        }
        return true;
    }

    private static String glob(String label) {
        return Pattern.quote(label).replace("*", "\\E[^:]*\\Q");
    }
}
