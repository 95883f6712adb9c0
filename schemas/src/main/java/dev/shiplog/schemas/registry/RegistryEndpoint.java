package dev.shiplog.schemas.registry;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/// Where a schema registry answers and who we are to it. An empty user means no authentication.
public record RegistryEndpoint(String url, String user, String password) {

    public RegistryEndpoint {
        var problems = new ArrayList<String>();
        if (!url.startsWith("http://") && !url.startsWith("https://")) {
            problems.add("schema.registry.url is '%s', must begin with http:// or https://".formatted(url));
        }
        if (user.indexOf(':') >= 0) {
            problems.add("the registry's user must not contain ':'");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /// The settings that Confluent's serializers and other clients of the protocol understand.
    public Map<String, String> properties() {
        var properties = new TreeMap<String, String>();
        properties.put("schema.registry.url", url);
        if (!user.isEmpty()) {
            properties.put("basic.auth.credentials.source", "USER_INFO");
            properties.put("basic.auth.user.info", user + ":" + password);
        }
        return properties;
    }

    @Override
    public String toString() {
        return "RegistryEndpoint[" + url + ", " + user + "]";
    }
}
