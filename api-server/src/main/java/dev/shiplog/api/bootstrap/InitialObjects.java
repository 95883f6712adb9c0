package dev.shiplog.api.bootstrap;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.EndpointAddress;
import dev.shiplog.core.v1.EndpointPort;
import dev.shiplog.core.v1.EndpointSubset;
import dev.shiplog.core.v1.Endpoints;
import dev.shiplog.core.v1.Namespace;
import dev.shiplog.core.v1.Service;
import dev.shiplog.core.v1.ServiceAccount;
import dev.shiplog.core.v1.ServicePort;
import dev.shiplog.core.v1.ServiceSpec;
import dev.shiplog.discovery_k8s_io.v1.Endpoint;
import dev.shiplog.discovery_k8s_io.v1.EndpointConditions;
import dev.shiplog.discovery_k8s_io.v1.EndpointSlice;
import dev.shiplog.meta.v1.ObjectMeta;
import java.util.List;
import java.util.Map;

/// The objects without which a cluster is none, as functions of where and who it is.
final class InitialObjects {
    static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");
    static final String SERVICE_ADDRESS = "10.43.0.1";
    private static final String DEFAULT = "default";
    private static final String NAME = "kubernetes";
    private static final String PORT_NAME = "https";
    private static final String TCP = "TCP";

    private InitialObjects() {}

    static Namespace namespace(String name) {
        return Namespace.builder()
                .metadata(ObjectMeta.builder().name(name).build())
                .build();
    }

    static ServiceAccount account(String namespace) {
        return ServiceAccount.builder().metadata(meta(namespace, DEFAULT)).build();
    }

    static ConfigMap rootCertificate(String namespace, String certificate) {
        return ConfigMap.builder()
                .metadata(meta(namespace, "kube-root-ca.crt")
                        .withAnnotations(Map.of(
                                "kubernetes.io/description",
                                "The certificate authority that signed the API server's certificate.")))
                .data(Map.of("ca.crt", certificate))
                .build();
    }

    static Service service(ApiAddress address) {
        return Service.builder()
                .metadata(meta(DEFAULT, NAME).withLabels(Map.of("component", "apiserver", "provider", NAME)))
                .spec(ServiceSpec.builder()
                        .type("ClusterIP")
                        .clusterIP(SERVICE_ADDRESS)
                        .clusterIPs(List.of(SERVICE_ADDRESS))
                        .ports(List.of(ServicePort.builder()
                                .name(PORT_NAME)
                                .protocol(TCP)
                                .port(443)
                                .targetPort(address.port())
                                .build()))
                        .build())
                .build();
    }

    static Endpoints endpoints(ApiAddress address) {
        return Endpoints.builder()
                .metadata(meta(DEFAULT, NAME).withLabels(Map.of("endpointslice.kubernetes.io/skip-mirror", "true")))
                .subsets(List.of(EndpointSubset.builder()
                        .addresses(List.of(
                                EndpointAddress.builder().ip(address.ip()).build()))
                        .ports(List.of(EndpointPort.builder()
                                .name(PORT_NAME)
                                .protocol(TCP)
                                .port(address.port())
                                .build()))
                        .build()))
                .build();
    }

    static EndpointSlice slice(ApiAddress address) {
        return EndpointSlice.builder()
                .metadata(meta(DEFAULT, NAME).withLabels(Map.of("kubernetes.io/service-name", NAME)))
                .addressType("IPv4")
                .endpoints(List.of(Endpoint.builder()
                        .addresses(List.of(address.ip()))
                        .conditions(EndpointConditions.builder().ready(true).build())
                        .build()))
                .ports(List.of(dev.shiplog.discovery_k8s_io.v1.EndpointPort.builder()
                        .name(PORT_NAME)
                        .protocol(TCP)
                        .port(address.port())
                        .build()))
                .build();
    }

    private static ObjectMeta meta(String namespace, String name) {
        return ObjectMeta.builder().namespace(namespace).name(name).build();
    }
}
