package dev.shiplog.node.cri;

import dev.shiplog.core.v1.Pod;
import java.nio.file.Path;

/// Where the files of pods are.
///
/// @param data survives a reboot
/// @param run does not, and is in memory: Secrets and tokens
public record PodPaths(Path data, Path run) {

    public Path pod(String uid) {
        return data.resolve("pods").resolve(uid);
    }

    public Path volume(String uid, String volume) {
        return pod(uid).resolve("volumes").resolve(volume);
    }

    public Path secrets() {
        return run.resolve("secrets");
    }

    public Path secrets(String uid) {
        return secrets().resolve(uid);
    }

    public Path secretVolume(String uid, String volume) {
        return secrets(uid).resolve(volume);
    }

    public Path hosts(String uid) {
        return pod(uid).resolve("hosts");
    }

    /// The file in which one run of a container leaves its last words.
    public Path message(String uid, String container, int attempt) {
        return pod(uid).resolve("messages").resolve(container + "." + attempt);
    }

    public Path logs() {
        return data.resolve("logs").resolve("pods");
    }

    public Path logs(String namespace, String name, String uid) {
        return logs().resolve(namespace + "_" + name + "_" + uid);
    }

    public Path logs(Pod pod) {
        return logs(
                pod.metadata().namespace(),
                pod.metadata().name(),
                pod.metadata().uid());
    }

    public Path log(String namespace, String name, String uid, String container, int attempt) {
        return logs(namespace, name, uid).resolve(container).resolve(attempt + ".log");
    }
}
