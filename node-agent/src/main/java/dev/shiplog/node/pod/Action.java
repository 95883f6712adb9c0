package dev.shiplog.node.pod;

import dev.shiplog.core.v1.Container;
import java.time.Instant;

/// Something to do for a pod. Of one key at most one is under way.
public sealed interface Action {
    String CONTAINER = "container/";
    String VOLUMES = "volumes";
    String SANDBOX = "sandbox";

    String key();

    /// Fill the volumes.
    record PrepareVolumes() implements Action {
        @Override
        public String key() {
            return VOLUMES;
        }
    }

    record RunSandbox(int attempt) implements Action {
        @Override
        public String key() {
            return SANDBOX;
        }
    }

    /// End what is left in a sandbox and give its address back.
    record StopSandbox(String id) implements Action {
        @Override
        public String key() {
            return SANDBOX;
        }
    }

    record RemoveSandbox(String id) implements Action {
        @Override
        public String key() {
            return "remove/" + id;
        }
    }

    /// Get the image, create the container, start it, run its postStart hook.
    record StartContainer(Container container, Sandbox sandbox, int attempt) implements Action {
        @Override
        public String key() {
            return CONTAINER + container.name();
        }
    }

    /// Run the preStop hook, ask the container to end, and kill it at `deadline`.
    record StopContainer(String id, Container container, Instant deadline, String why) implements Action {
        @Override
        public String key() {
            return "stop/" + id;
        }
    }

    /// Kill at once: the time that a stop had is over.
    record KillContainer(String id) implements Action {
        @Override
        public String key() {
            return "kill/" + id;
        }
    }

    record RemoveContainer(String id) implements Action {
        @Override
        public String key() {
            return "remove/" + id;
        }
    }

    /// Take the volumes away again, and whatever else the pod has in files.
    record CleanVolumes() implements Action {
        @Override
        public String key() {
            return VOLUMES;
        }
    }

    /// Tell the API server that the pod has ended, so that it deletes the object.
    record ConfirmDeletion() implements Action {
        @Override
        public String key() {
            return "confirm";
        }
    }
}
