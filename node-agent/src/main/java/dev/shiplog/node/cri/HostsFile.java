package dev.shiplog.node.cri;

import dev.shiplog.core.v1.Pod;
import java.util.List;

/// The text of a pod's /etc/hosts.
final class HostsFile {
    private static final String DOMAIN = ".svc.cluster.local";

    private HostsFile() {}

    /// @param host the host's own file, which a pod in the host's network keeps
    static String text(Pod pod, List<String> addresses, String host) {
        var text = new StringBuilder();
        if (pod.spec().hostNetwork()) {
            text.append(host);
        } else {
            text.append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
            text.append("fe00::0\tip6-localnet\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
            String name = SandboxSpec.hostName(pod);
            String full = pod.spec().subdomain().isEmpty()
                    ? ""
                    : name + "." + pod.spec().subdomain() + "." + pod.metadata().namespace() + DOMAIN + "\t";
            addresses.forEach(address ->
                    text.append(address).append('\t').append(full).append(name).append('\n'));
        }
        pod.spec()
                .hostAliases()
                .forEach(alias -> text.append(alias.ip())
                        .append('\t')
                        .append(String.join("\t", alias.hostnames()))
                        .append('\n'));
        return text.toString();
    }
}
