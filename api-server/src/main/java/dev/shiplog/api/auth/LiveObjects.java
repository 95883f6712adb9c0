package dev.shiplog.api.auth;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Key;
import dev.shiplog.schemas.Codec;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers what authentication and authorization ask about objects, from the view. What the view does not show is
/// looked for once more in a snapshot that is certainly up to date: an agent may know of its pod before this server.
public final class LiveObjects implements Accounts, NodeGraph {
    private final Supplier<Snapshot> near;
    private final Supplier<Snapshot> newest;
    private final Codec codec;

    /// @param near the view as it is
    /// @param newest a snapshot that holds everything acknowledged so far; may wait for it
    public LiveObjects(Supplier<Snapshot> near, Supplier<Snapshot> newest, Codec codec) {
        this.near = near;
        this.newest = newest;
        this.codec = codec;
    }

    @Override
    public boolean accountLives(String namespace, String name, String uid) {
        return lives("serviceaccounts", namespace, name, uid);
    }

    @Override
    public boolean podLives(String namespace, String name, String uid) {
        return lives("pods", namespace, name, uid);
    }

    @Override
    public boolean secretLives(String namespace, String name, String uid) {
        return lives("secrets", namespace, name, uid);
    }

    private boolean lives(String resource, String namespace, String name, String uid) {
        var key = new Key("", resource, namespace, name);
        return lives(near.get(), key, uid) || lives(newest.get(), key, uid);
    }

    private boolean lives(Snapshot snapshot, Key key, String uid) {
        Entry entry = snapshot.get(key);
        return entry != null
                && codec.metadata(entry.schema(), entry.value()).uid().equals(uid);
    }

    @Override
    public boolean runs(String node, String namespace, String pod) {
        return runs(near.get(), node, namespace, pod) || runs(newest.get(), node, namespace, pod);
    }

    private boolean runs(Snapshot snapshot, String node, String namespace, String name) {
        Pod pod = pod(snapshot, namespace, name);
        return pod != null && pod.spec().nodeName().equals(node);
    }

    @Override
    public boolean uses(String node, Reference kind, String namespace, String name) {
        return uses(near.get(), node, kind, namespace, name) || uses(newest.get(), node, kind, namespace, name);
    }

    private boolean uses(Snapshot snapshot, String node, Reference kind, String namespace, String name) {
        for (Entry entry : snapshot.list("", "pods", namespace)) {
            Pod pod = codec.decode(entry.schema(), entry.value(), Pod.class);
            if (pod.spec().nodeName().equals(node) && PodReferences.has(pod.spec(), kind, name)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Pod pod(Snapshot snapshot, String namespace, String name) {
        Entry entry = snapshot.get(new Key("", "pods", namespace, name));
        return entry == null ? null : codec.decode(entry.schema(), entry.value(), Pod.class);
    }
}
