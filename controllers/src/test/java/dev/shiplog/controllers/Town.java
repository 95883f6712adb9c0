package dev.shiplog.controllers;

import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.DeploymentSpec;
import dev.shiplog.apps.v1.DeploymentStrategy;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.apps.v1.RollingUpdateDeployment;
import dev.shiplog.coordination_k8s_io.v1.Lease;
import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.Node;
import dev.shiplog.core.v1.NodeCondition;
import dev.shiplog.core.v1.NodeStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.core.v1.PodCondition;
import dev.shiplog.core.v1.PodIP;
import dev.shiplog.core.v1.PodSpec;
import dev.shiplog.core.v1.PodTemplateSpec;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.store.reconcile.Lab;
import dev.shiplog.store.reconcile.LabHost;
import dev.shiplog.store.reconcile.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A cluster in memory with both hosts of controllers, and an agent that runs whatever pods there are.
public final class Town {
    public static final String NS = "ns";
    public final Lab lab = new Lab();
    private LabHost namespaced;
    private LabHost clusterWide;
    private int instances;
    private int addresses;

    public Town() {
        node("node-1");
        namespaced = namespacedHost();
        clusterWide = clusterHost();
    }

    public LabHost namespacedHost() {
        return LabHost.desk(lab, "controllers", ++instances, Controllers.namespaced("PEM"));
    }

    public LabHost clusterHost() {
        return LabHost.desk(lab, "cluster-controllers", ++instances, Controllers.clusterWide(lab::storeOf));
    }

    public LabHost namespaced() {
        return namespaced;
    }

    /// Both hosts begin anew.
    public void restart() {
        namespaced = namespacedHost();
        clusterWide = clusterHost();
    }

    /// Controllers work until they want nothing more at this time.
    public void settle() {
        long before;
        do {
            before = lab.log().size();
            namespaced.settle();
            clusterWide.settle();
        } while (lab.log().size() > before);
    }

    /// Time passes, agents work, controllers settle, until nothing happens any more.
    public void quiet() {
        for (int round = 0; round < 400; round++) {
            settle();
            boolean acted = agents();
            settle();
            lab.pass(Duration.ofSeconds(2));
            if (!acted && round > 40) {
                return;
            }
        }
        throw new AssertionError("never quiet: "
                + lab.log()
                        .subList(Math.max(0, lab.log().size() - 12), lab.log().size()));
    }

    public void node(String name) {
        lab.create(
                Resource.NODES,
                Node.builder()
                        .metadata(ObjectMeta.builder().name(name).build())
                        .status(NodeStatus.builder()
                                .conditions(List.of(NodeCondition.builder()
                                        .type("Ready")
                                        .status("True")
                                        .build()))
                                .build())
                        .build());
        lab.create(
                Resource.LEASES,
                Lease.builder()
                        .metadata(ObjectMeta.builder()
                                .namespace("kube-node-lease")
                                .name(name)
                                .build())
                        .build());
    }

    public void renew(String node) {
        Lease lease = lab.need(Resource.LEASES, "kube-node-lease", node);
        lab.update(Resource.LEASES, lease.withSpec(lease.spec().withRenewTime(lab.now())));
    }

    /// Each pod advances: bound, then running and ready; a terminating one is gone.
    public boolean agents() {
        renew("node-1");
        boolean acted = false;
        for (Pod pod : lab.all(Resource.PODS)) {
            acted |= advance(pod);
        }
        return acted;
    }

    public boolean advance(Pod pod) {
        if (Pods.terminating(pod)) {
            lab.confirm(pod.metadata().namespace(), pod.metadata().name());
            return true;
        }
        if (pod.spec().nodeName().isEmpty()) {
            lab.update(Resource.PODS, pod.withSpec(pod.spec().withNodeName("node-1")));
            return true;
        }
        if (!Pods.ready(pod) && !Pods.finished(pod) && works(pod)) {
            ready(pod, true);
            return true;
        }
        return false;
    }

    /// Images that say so never become ready.
    private static boolean works(Pod pod) {
        return pod.spec().containers().stream()
                .noneMatch(container -> container.image().contains("broken"));
    }

    public void ready(Pod pod, boolean ready) {
        String ip = pod.status().podIP().isEmpty()
                ? "10.42.0." + ++addresses
                : pod.status().podIP();
        lab.status(
                Resource.PODS,
                pod.withStatus(pod.status().toBuilder()
                        .phase("Running")
                        .podIP(ip)
                        .podIPs(List.of(PodIP.builder().ip(ip).build()))
                        .conditions(List.of(PodCondition.builder()
                                .type("Ready")
                                .status(ready ? "True" : "False")
                                .lastTransitionTime(lab.now())
                                .build()))
                        .build()));
    }

    public static PodTemplateSpec template(String app, String image) {
        return PodTemplateSpec.builder()
                .metadata(ObjectMeta.builder().labels(Map.of("app", app)).build())
                .spec(PodSpec.builder()
                        .containers(List.of(
                                Container.builder().name("c").image(image).build()))
                        .build())
                .build();
    }

    public static Deployment deployment(String name, int replicas, String image) {
        return Deployment.builder()
                .metadata(ObjectMeta.builder().namespace(NS).name(name).build())
                .spec(DeploymentSpec.builder()
                        .replicas(replicas)
                        .selector(LabelSelector.builder()
                                .matchLabels(Map.of("app", name))
                                .build())
                        .template(template(name, image))
                        .strategy(DeploymentStrategy.builder()
                                .type("RollingUpdate")
                                .rollingUpdate(RollingUpdateDeployment.builder()
                                        .maxSurge("25%")
                                        .maxUnavailable("25%")
                                        .build())
                                .build())
                        .revisionHistoryLimit(10)
                        .progressDeadlineSeconds(600)
                        .build())
                .build();
    }

    public Deployment deployment(String name) {
        return lab.need(Resource.DEPLOYMENTS, NS, name);
    }

    public void image(String name, String image) {
        Deployment now = deployment(name);
        lab.update(Resource.DEPLOYMENTS, now.withSpec(now.spec().withTemplate(template(name, image))));
    }

    public void scale(String name, int replicas) {
        Deployment now = deployment(name);
        lab.update(Resource.DEPLOYMENTS, now.withSpec(now.spec().withReplicas(replicas)));
    }

    public List<ReplicaSet> sets(String deployment) {
        String uid = deployment(deployment).metadata().uid();
        return lab.all(Resource.REPLICA_SETS).stream()
                .filter(set -> set.metadata().ownerReferences().stream()
                        .anyMatch(owner -> owner.uid().equals(uid)))
                .toList();
    }

    public List<Pod> pods(String app) {
        return lab.all(Resource.PODS).stream()
                .filter(pod -> app.equals(pod.metadata().labels().get("app")))
                .toList();
    }

    public List<Pod> active(String app) {
        return pods(app).stream().filter(Pods::active).toList();
    }

    public String condition(String deployment, String type) {
        return deployment(deployment).status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .map(condition -> condition.status() + " " + condition.reason() + ": " + condition.message())
                .findFirst()
                .orElse("none");
    }

    public static @Nullable Integer replicas(ReplicaSet set) {
        return Objects.requireNonNullElse(set.spec().replicas(), 1);
    }
}
