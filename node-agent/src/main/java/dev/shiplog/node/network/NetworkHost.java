package dev.shiplog.node.network;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The host's side of the pods' network.
public final class NetworkHost {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkHost.class);
    private static final List<String> SWITCHED_ON = List.of(
            "/proc/sys/net/ipv4/ip_forward",
            "/proc/sys/net/bridge/bridge-nf-call-iptables",
            "/proc/sys/net/bridge/bridge-nf-call-ip6tables");

    private NetworkHost() {}

    /// Lets pods be routed, and lets what crosses the bridge pass the packet filter, without which a pod cannot
    /// reach a Service whose endpoint is on its own node.
    public static void prepare() {
        for (String file : SWITCHED_ON) {
            Path path = Path.of(file);
            try {
                if (Files.exists(path) && !Files.readString(path).strip().equals("1")) {
                    Files.writeString(path, "1");
                }
            } catch (IOException e) {
                LOG.warn("cannot switch on {}: {}", file, e.getMessage());
            }
        }
    }

    /// Writes the network's description, if it differs, for the runtime to pick up.
    public static void configure(Path directory, Conflist conflist) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(Conflist.FILE);
        if (Files.exists(file) && Files.readString(file).equals(conflist.text())) {
            return;
        }
        Path next = directory.resolve(Conflist.FILE + ".next");
        Files.writeString(next, conflist.text());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// The address of this host that others reach it by: that of the interface with the default route, else any.
    public static String hostAddress() {
        try {
            return defaultRoute()
                    .flatMap(NetworkHost::addressOf)
                    .or(NetworkHost::anyAddress)
                    .orElse("127.0.0.1");
        } catch (IOException e) {
            return "127.0.0.1";
        }
    }

    private static Optional<String> defaultRoute() throws IOException {
        return Files.readAllLines(Path.of("/proc/net/route")).stream()
                .skip(1)
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length > 2 && words[1].equals("00000000"))
                .map(words -> words[0])
                .findFirst();
    }

    private static Optional<String> addressOf(String name) {
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            return found == null ? Optional.empty() : ipv4(found);
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> anyAddress() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .filter(each -> !each.getName().startsWith("shiplog"))
                    .flatMap(each -> ipv4(each).stream())
                    .filter(address -> !address.startsWith("127."))
                    .findFirst();
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> ipv4(NetworkInterface networkInterface) {
        return Collections.list(networkInterface.getInetAddresses()).stream()
                .filter(Inet4Address.class::isInstance)
                .map(InetAddress::getHostAddress)
                .findFirst();
    }

    /// Deletes the bridge and what hangs on it. It asks the kernel: /sys may show the devices of the network
    /// namespace in which it was mounted.
    public static void remove(String bridge) throws IOException {
        if (NetworkInterface.getByName(bridge) == null) {
            return;
        }
        for (String line :
                run("ip", "-br", "link", "show", "master", bridge).lines().toList()) {
            run("ip", "link", "delete", line.split("[@ ]", 2)[0]);
        }
        run("ip", "link", "delete", bridge);
    }

    /// Deletes network namespaces that a runtime left behind: those of the given names.
    public static void removeNamespaces(List<String> names) throws IOException {
        for (String name : names) {
            run("ip", "netns", "delete", name);
        }
    }

    /// What a command says; when it fails that is logged, and all that comes of it.
    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                LOG.warn("{}: {}", String.join(" ", command), output.strip());
                return "";
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
