package dev.shiplog.standalone;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;

/// Who this host is to others.
final class HostAddress {

    private HostAddress() {}

    /// The host name, in lower case as Kubernetes wants node names.
    static String name() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().toLowerCase(Locale.ROOT);
    }

    /// The first IPv4 address that others can reach: of no loopback, no bridge of pods, no tunnel; 127.0.0.1 when there
    /// is
    /// none.
    static String address() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(HostAddress::isWayOut)
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElse("127.0.0.1");
    }

    private static boolean isWayOut(NetworkInterface device) {
        try {
            return device.isUp()
                    && !device.isLoopback()
                    && !device.isPointToPoint()
                    && !device.getName().matches("(shiplog|cni|docker|veth|virbr|flannel|cali).*");
        } catch (SocketException _) {
            return false; // It went away between the listing and now.
        }
    }
}
