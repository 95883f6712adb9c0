package dev.shiplog.api.admission;

import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServiceSpec;
import java.util.Objects;
import java.util.Set;

/// A Service counts no generations. When it changes its type, what belonged to the former type goes, unless the change
/// sets it anew.
final class ServiceRules implements KindRules {
    private static final Set<String> REACHED_FROM_OUTSIDE = Set.of("NodePort", "LoadBalancer");

    @Override
    public boolean countsGenerations(ApiObject object) {
        return false;
    }

    @Override
    public ApiObject updated(ApiObject old, ApiObject object, String subresource, Circumstances circumstances) {
        Service service = (Service) object.content();
        ServiceSpec before = ((Service) old.content()).spec();
        ServiceSpec now = service.spec();
        if (before.type().equals(now.type())) {
            return object;
        }
        ServiceSpec.Builder spec = now.toBuilder();
        if (!REACHED_FROM_OUTSIDE.contains(now.type())
                && now.externalTrafficPolicy().equals(before.externalTrafficPolicy())) {
            spec.externalTrafficPolicy("");
        }
        if (!now.type().equals("LoadBalancer")) {
            if (Objects.equals(now.allocateLoadBalancerNodePorts(), before.allocateLoadBalancerNodePorts())) {
                spec.allocateLoadBalancerNodePorts(null);
            }
            if (now.healthCheckNodePort() == before.healthCheckNodePort()) {
                spec.healthCheckNodePort(0);
            }
            if (Objects.equals(now.loadBalancerClass(), before.loadBalancerClass())) {
                spec.loadBalancerClass(null);
            }
        }
        if (now.type().equals("ExternalName")
                && Objects.equals(now.internalTrafficPolicy(), before.internalTrafficPolicy())) {
            spec.internalTrafficPolicy(null);
        }
        return object.replacing(service.withSpec(spec.build()));
    }
}
