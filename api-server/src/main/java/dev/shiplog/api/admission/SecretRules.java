package dev.shiplog.api.admission;

import dev.shiplog.core.v1.Secret;
import dev.shiplog.schemas.Bytes;
import java.util.Map;
import java.util.TreeMap;

/// `stringData` is a way to write a Secret, never part of it: it goes into `data`.
final class SecretRules implements KindRules {
    @Override
    public ApiObject created(ApiObject object, Circumstances circumstances) {
        return folded(object);
    }

    @Override
    public ApiObject updated(ApiObject old, ApiObject object, String subresource, Circumstances circumstances) {
        return folded(object);
    }

    private static ApiObject folded(ApiObject object) {
        Secret secret = (Secret) object.content();
        if (secret.stringData().isEmpty()) {
            return object;
        }
        Map<String, Bytes> data = new TreeMap<>(secret.data());
        secret.stringData().forEach((name, text) -> data.put(name, Bytes.utf8(text)));
        return object.replacing(
                secret.toBuilder().data(data).stringData(Map.of()).build());
    }
}
