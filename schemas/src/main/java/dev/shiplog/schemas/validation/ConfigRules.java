package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Secret;
import dev.shiplog.schemas.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Rules for a ConfigMap and a Secret: keys, size, what a type of Secret must hold, and that an immutable one stays.
final class ConfigRules {
    static final long BYTES_MAX = 1 << 20;

    private ConfigRules() {}

    static void check(ConfigMap map, Causes causes) {
        long bytes = 0;
        for (var entry : map.data().entrySet()) {
            causes.invalid(Path.of("data").key(entry.getKey()), entry.getKey(), Names.configKey(entry.getKey()));
            if (map.binaryData().containsKey(entry.getKey())) {
                causes.invalid(
                        Path.of("data").key(entry.getKey()), entry.getKey(), "duplicate of key present in binaryData");
            }
            bytes += entry.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        for (var entry : map.binaryData().entrySet()) {
            causes.invalid(Path.of("binaryData").key(entry.getKey()), entry.getKey(), Names.configKey(entry.getKey()));
            bytes += entry.getValue().size();
        }
        if (bytes > BYTES_MAX) {
            causes.tooLong(Path.ROOT, BYTES_MAX);
        }
    }

    static void update(ConfigMap old, ConfigMap now, Causes causes) {
        if (Boolean.TRUE.equals(old.immutable())) {
            immutable(now.immutable(), causes);
            same(old.data(), now.data(), "data", causes);
            same(old.binaryData(), now.binaryData(), "binaryData", causes);
        }
    }

    static void check(Secret secret, Causes causes) {
        Path data = Path.of("data");
        long bytes = 0;
        for (var entry : secret.data().entrySet()) {
            causes.invalid(data.key(entry.getKey()), entry.getKey(), Names.configKey(entry.getKey()));
            bytes += entry.getValue().size();
        }
        if (bytes > BYTES_MAX) {
            causes.tooLong(data, BYTES_MAX);
        }
        switch (secret.type()) {
            case "kubernetes.io/service-account-token" -> {
                String account = "kubernetes.io/service-account.name";
                if (secret.metadata().annotations().getOrDefault(account, "").isEmpty()) {
                    causes.required(Path.of("metadata", "annotations").key(account));
                }
            }
            case "kubernetes.io/dockercfg" -> json(secret.data(), ".dockercfg", causes);
            case "kubernetes.io/dockerconfigjson" -> json(secret.data(), ".dockerconfigjson", causes);
            case "kubernetes.io/basic-auth" -> {
                if (!secret.data().containsKey("username") && !secret.data().containsKey("password")) {
                    causes.required(data.key("username"));
                    causes.required(data.key("password"));
                }
            }
            case "kubernetes.io/ssh-auth" -> {
                Bytes key = secret.data().get("ssh-privatekey");
                if (key == null || key.size() == 0) {
                    causes.required(data.key("ssh-privatekey"));
                }
            }
            case "kubernetes.io/tls" -> {
                present(secret.data(), "tls.crt", causes);
                present(secret.data(), "tls.key", causes);
            }
            default -> {}
        }
    }

    private static void present(Map<String, Bytes> data, String key, Causes causes) {
        if (!data.containsKey(key)) {
            causes.required(Path.of("data").key(key));
        }
    }

    private static void json(Map<String, Bytes> data, String key, Causes causes) {
        Bytes value = data.get(key);
        if (value == null) {
            causes.required(Path.of("data").key(key));
        } else if (!value.utf8().strip().startsWith("{")) {
            causes.invalid(Path.of("data").key(key), "<secret contents redacted>", "must be a JSON object");
        }
    }

    static void update(Secret old, Secret now, Causes causes) {
        if (Boolean.TRUE.equals(old.immutable())) {
            immutable(now.immutable(), causes);
            same(old.data(), now.data(), "data", causes);
        }
    }

    private static void immutable(@Nullable Boolean now, Causes causes) {
        if (!Boolean.TRUE.equals(now)) {
            causes.forbidden(Path.of("immutable"), "field is immutable when `immutable` is set");
        }
    }

    private static void same(Object old, Object now, String field, Causes causes) {
        if (!Objects.equals(old, now)) {
            causes.forbidden(Path.of(field), "field is immutable when `immutable` is set");
        }
    }
}
