package dev.shiplog.api.resource;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.RequestInfo;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.select.BadSelectorException;
import dev.shiplog.schemas.select.FieldSelector;
import dev.shiplog.schemas.select.Selector;
import dev.shiplog.store.Entry;
import org.jspecify.annotations.Nullable;

/// Which objects of a kind a list or watch is about.
///
/// @param namespace empty = all
/// @param name empty = any
record Filter(Kind kind, String namespace, String name, Selector labels, FieldSelector fields) {

    static Filter of(Kind kind, RequestInfo info, ListOptions options) {
        try {
            Selector labels = Selector.parse(options.labelSelector());
            FieldSelector fields = FieldSelector.parse(kind, options.fieldSelector());
            String selected = fields.exact("metadata.name");
            String name = selected == null ? "" : selected;
            return new Filter(
                    kind,
                    kind.namespaced() ? info.namespace() : "",
                    info.collection() ? name : info.name(),
                    labels,
                    fields);
        } catch (BadSelectorException bad) {
            throw new StatusException(ApiStatus.badRequest(String.valueOf(bad.getMessage())));
        }
    }

    /// Whether it chooses by what objects contain, not only by where they are.
    boolean selects() {
        return !labels.everything() || !fields.everything();
    }

    boolean matches(Entry entry, Codec codec) {
        if (!matches(entry.key())) {
            return false;
        }
        if (!labels.everything()
                && !labels.matches(codec.metadata(entry.schema(), entry.value()).labels())) {
            return false;
        }
        return fields.everything() || fields.matches(codec.decode(entry.schema(), entry.value()));
    }

    boolean matches(Key key) {
        return (namespace.isEmpty() || namespace.equals(key.namespace()))
                && (name.isEmpty() || name.equals(key.name()));
    }

    /// What a change looks like through this filter: an object that begins to match is added, one that ceases to is
    /// deleted with the state that matched last. Null when it is not to be seen.
    @Nullable
    EventType see(@Nullable Entry before, @Nullable Entry now, Codec codec) {
        Entry any = now == null ? before : now;
        if (any == null || !matches(any.key())) {
            return null;
        }
        boolean did = before != null && matches(before, codec);
        boolean does = now != null && matches(now, codec);
        if (does) {
            return did ? EventType.MODIFIED : EventType.ADDED;
        }
        return did ? EventType.DELETED : null;
    }
}
