package dev.shiplog.node;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.pod.Action;
import dev.shiplog.node.pod.Note;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.pod.ProbeState;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// Where the pods of a node run.
interface PodRuntime extends AutoCloseable {

    /// What the runtime has of pods of ours, by uid. A changed `marks` means that the pod is worth observing.
    Map<String, Trace> pods();

    /// How often `pods` must be asked, as nothing announces changes; zero when changes come from `perform` alone.
    Duration listEvery();

    /// Meets a pod for the first time in the life of this process. What runs of it is found by `observe`.
    void adopt(Pod pod);

    Observed observe(String uid);

    /// Does one thing for a pod, and returns when it is done. Notes go to `notes` as they come up.
    void perform(Pod pod, Observed observed, Action action, Consumer<Note> notes)
            throws ActionException, InterruptedException;

    /// Keeps probing what runs of a pod, and nothing else of it; calls `changed` when a verdict changes.
    Map<String, ProbeState> probe(Pod pod, Observed observed, Consumer<Note> notes, Runnable changed);

    /// Stops probing a pod.
    void forget(String uid);

    /// Lets go of everything and leaves what runs running.
    @Override
    void close();

    /// A pod of ours that the runtime has.
    record Trace(String namespace, String name, String marks) {}
}
