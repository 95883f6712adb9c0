package dev.shiplog.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Where the roles of one process listen.
final class Listeners {
    /// The kernel closes the ports of a killed process a moment after it released its locks.
    static final Duration FREE_WITHIN = Duration.ofSeconds(1);

    private static final long POLL_MILLIS = 20;

    private final Set<Role> roles;
    private final UpOptions options;
    private final Ports ports;

    Listeners(Set<Role> roles, UpOptions options) {
        this.roles = roles;
        this.options = options;
        this.ports = new Ports(options.portOffset);
    }

    /// The ports of `/healthz` and `/metrics` of roles that run without an API server in this process, which would show
    /// them.
    Map<Role, Integer> health() {
        var health = new EnumMap<Role, Integer>(Role.class);
        if (!roles.contains(Role.API_SERVER)) {
            health.put(Role.STORE, ports.storeHealth());
            health.put(Role.SCHEDULER, ports.schedulerHealth());
            health.put(Role.CONTROLLERS, ports.controllersHealth());
        }
        if (options.runtime() == UpOptions.ContainerRuntime.CRI) {
            health.put(Role.PROXY_AGENT, ports.proxyHealth());
        }
        health.keySet().retainAll(roles);
        return health;
    }

    private List<InetSocketAddress> addresses() {
        var addresses = new ArrayList<InetSocketAddress>();
        for (Role role : roles) {
            switch (role) {
                case BROKER -> {
                    addresses.add(new InetSocketAddress(options.kafkaListen, ports.kafka()));
                    addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.kraft()));
                }
                case REGISTRY ->
                    addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.registry()));
                case API_SERVER -> addresses.add(new InetSocketAddress(options.listen, ports.api()));
                case NODE_AGENT -> {
                    addresses.add(new InetSocketAddress(options.listen, ports.agent()));
                    addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.agentHealth()));
                }
                case STORE, SCHEDULER, CONTROLLERS, PROXY_AGENT -> {}
            }
        }
        health().values().forEach(port -> addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
        return addresses;
    }

    /// Refuses to start when something else listens where a role would, before anything has begun.
    ///
    /// @param within how long to wait for a port that is not free
    void requireFree(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        for (InetSocketAddress address : addresses()) {
            while (true) {
                try (ServerSocket probe = new ServerSocket()) {
                    probe.setReuseAddress(true);
                    probe.bind(address);
                    break;
                } catch (IOException problem) {
                    if (System.nanoTime() > deadline) {
                        throw new Stop(
                                ExitCode.REFUSED,
                                "port %d of %s cannot be used: %s"
                                        .formatted(address.getPort(), host(address), problem.getMessage()),
                                "Stop what uses it, or choose another --port-offset");
                    }
                    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                }
            }
        }
    }

    private static String host(InetSocketAddress address) {
        InetAddress resolved = address.getAddress();
        return resolved == null ? address.getHostString() : resolved.getHostAddress();
    }
}
