package dev.shiplog.node;

import dev.shiplog.core.v1.Pod;
import dev.shiplog.node.hollow.HollowRuntime;
import dev.shiplog.node.pod.Action;
import dev.shiplog.node.pod.ContainerRun;
import dev.shiplog.node.pod.Note;
import dev.shiplog.node.pod.Observed;
import dev.shiplog.node.pod.ProbeState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// The runtime of one hollow node. Its containers are always started and ready.
///
/// As nothing outlives the process, a pod's own status tells what it was.
final class HollowRuntimeHost implements PodRuntime {
    private final HollowRuntime hollow;

    HollowRuntimeHost(HollowRuntime hollow) {
        this.hollow = hollow;
    }

    @Override
    public Map<String, Trace> pods() {
        Map<String, Trace> traces = new HashMap<>();
        hollow.uids().forEach(uid -> traces.put(uid, new Trace("", "", "")));
        return traces;
    }

    @Override
    public Duration listEvery() {
        return Duration.ZERO;
    }

    @Override
    public void adopt(Pod pod) {
        hollow.adopt(pod);
    }

    @Override
    public Observed observe(String uid) {
        return hollow.observe(uid);
    }

    @Override
    public void perform(Pod pod, Observed observed, Action action, Consumer<Note> notes) {
        hollow.perform(pod, action);
    }

    @Override
    public Map<String, ProbeState> probe(Pod pod, Observed observed, Consumer<Note> notes, Runnable changed) {
        Map<String, ProbeState> states = new HashMap<>();
        observed.runs().stream().filter(ContainerRun::running).forEach(run -> states.put(run.id(), ProbeState.HEALTHY));
        return states;
    }

    @Override
    public void forget(String uid) {}

    @Override
    public void close() {}
}
