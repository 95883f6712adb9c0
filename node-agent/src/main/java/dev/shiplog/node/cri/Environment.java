package dev.shiplog.node.cri;

import dev.shiplog.core.v1.ConfigMapKeySelector;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.EnvFromSource;
import dev.shiplog.core.v1.EnvVar;
import dev.shiplog.core.v1.EnvVarSource;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.SecretKeySelector;
import dev.shiplog.node.api.Sources;
import dev.shiplog.node.pod.Expansion;
import dev.shiplog.node.pod.Fields;
import dev.shiplog.node.pod.ServiceLink;
import dev.shiplog.schemas.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Works out the environment of a container: Services, then whole objects, then single variables, each able to use
/// those
/// before it.
public record Environment(Sources sources, Fields fields) {
    private static final Pattern NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    /// Something that the environment needs is missing or malformed.
    public static final class MissingException extends Exception {
        private static final long serialVersionUID = 1L;

        MissingException(String message) {
            super(message);
        }
    }

    public Map<String, String> of(Container container, List<ServiceLink> services)
            throws MissingException, Sources.AwayException {
        var variables = new LinkedHashMap<String, String>();
        services.forEach(service -> service.addTo(variables));
        for (EnvFromSource source : container.envFrom()) {
            addAll(source, variables);
        }
        for (EnvVar variable : container.env()) {
            EnvVarSource from = variable.valueFrom();
            if (from == null) {
                variables.put(variable.name(), Expansion.expand(variable.value(), variables));
            } else {
                value(container, from).ifPresent(value -> variables.put(variable.name(), value));
            }
        }
        return variables;
    }

    private Pod pod() {
        return fields.pod();
    }

    private void addAll(EnvFromSource source, Map<String, String> variables)
            throws MissingException, Sources.AwayException {
        Map<String, Bytes> entries = Map.of();
        if (source.configMapRef() != null) {
            entries = required(
                    configMap(source.configMapRef().name()),
                    source.configMapRef().optional(),
                    "ConfigMap " + source.configMapRef().name());
        } else if (source.secretRef() != null) {
            entries = required(
                    secret(source.secretRef().name()),
                    source.secretRef().optional(),
                    "Secret " + source.secretRef().name());
        }
        entries.forEach((name, value) -> {
            String full = source.prefix() + name;
            if (NAME.matcher(full).matches()) {
                variables.put(full, value.utf8());
            }
        });
    }

    private Optional<String> value(Container container, EnvVarSource from)
            throws MissingException, Sources.AwayException {
        if (from.fieldRef() != null) {
            return Optional.of(field(from.fieldRef().fieldPath()));
        }
        if (from.resourceFieldRef() != null) {
            try {
                return Optional.of(fields.resource(from.resourceFieldRef(), container));
            } catch (IllegalArgumentException e) {
                throw new MissingException(String.valueOf(e.getMessage()));
            }
        }
        ConfigMapKeySelector configMap = from.configMapKeyRef();
        if (configMap != null) {
            String what = "ConfigMap " + configMap.name();
            return entry(
                    required(configMap(configMap.name()), configMap.optional(), what),
                    configMap.key(),
                    configMap.optional(),
                    what);
        }
        SecretKeySelector secret = from.secretKeyRef();
        if (secret != null) {
            String what = "Secret " + secret.name();
            return entry(
                    required(secret(secret.name()), secret.optional(), what), secret.key(), secret.optional(), what);
        }
        throw new MissingException("a variable's source is of a kind that this node does not know");
    }

    private String field(String path) throws MissingException {
        try {
            return fields.field(path);
        } catch (IllegalArgumentException e) {
            throw new MissingException(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Map<String, Bytes>> configMap(String name) throws Sources.AwayException {
        return sources.configMap(pod().metadata().namespace(), name);
    }

    private Optional<Map<String, Bytes>> secret(String name) throws Sources.AwayException {
        return sources.secret(pod().metadata().namespace(), name);
    }

    private static Map<String, Bytes> required(
            Optional<Map<String, Bytes>> entries, @org.jspecify.annotations.Nullable Boolean optional, String what)
            throws MissingException {
        if (entries.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new MissingException(what + " not found");
        }
        return entries.orElse(Map.of());
    }

    private static Optional<String> entry(
            Map<String, Bytes> entries, String key, @org.jspecify.annotations.Nullable Boolean optional, String what)
            throws MissingException {
        Bytes value = entries.get(key);
        if (value == null && !Boolean.TRUE.equals(optional)) {
            throw new MissingException(what + " has no key " + key);
        }
        return Optional.ofNullable(value).map(Bytes::utf8);
    }
}
