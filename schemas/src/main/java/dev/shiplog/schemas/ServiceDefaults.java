package dev.shiplog.schemas;

import dev.shiplog.core.v1.ClientIPConfig;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.core.v1.SessionAffinityConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The defaults of a Service that depend on its type and affinity.
final class ServiceDefaults {
    private static final int AFFINITY_SECONDS = 10_800;

    private ServiceDefaults() {}

    static ServiceSpec of(ServiceSpec spec) {
        ServiceSpec.Builder builder = spec.toBuilder();
        boolean external = spec.type().equals("NodePort") || spec.type().equals("LoadBalancer");
        if (external && spec.externalTrafficPolicy().isEmpty()) {
            builder.externalTrafficPolicy("Cluster");
        }
        if (spec.type().equals("LoadBalancer") && spec.allocateLoadBalancerNodePorts() == null) {
            builder.allocateLoadBalancerNodePorts(true);
        }
        if (!spec.type().equals("ExternalName")) {
            if (spec.internalTrafficPolicy() == null) {
                builder.internalTrafficPolicy("Cluster");
            }
            if (spec.ipFamilyPolicy() == null) {
                builder.ipFamilyPolicy("SingleStack");
            }
            if (spec.ipFamilies().isEmpty()) {
                builder.ipFamilies(List.of(family(spec.clusterIP())));
            }
        }
        return builder.sessionAffinityConfig(affinity(spec)).build();
    }

    private static String family(String clusterIP) {
        return clusterIP.indexOf(':') >= 0 ? "IPv6" : "IPv4";
    }

    private static @Nullable SessionAffinityConfig affinity(ServiceSpec spec) {
        if (!spec.sessionAffinity().equals("ClientIP")) {
            return null;
        }
        SessionAffinityConfig config = spec.sessionAffinityConfig();
        ClientIPConfig client = config == null ? null : config.clientIP();
        return client == null || client.timeoutSeconds() == null
                ? SessionAffinityConfig.EMPTY.withClientIP(ClientIPConfig.EMPTY.withTimeoutSeconds(AFFINITY_SECONDS))
                : config;
    }
}
