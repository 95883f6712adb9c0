package dev.shiplog.node.status;

import dev.shiplog.node.containerd.OciArchive;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Reads what the machine says of itself.
public final class MachineHost {
    private static final int TEXT_MAX_BYTES = 4_096;

    private MachineHost() {}

    public static MachineFacts facts(Path data) throws IOException {
        return new MachineFacts(
                hostName(),
                OciArchive.architecture(System.getProperty("os.arch")),
                java.lang.Runtime.getRuntime().availableProcessors(),
                memory("MemTotal:"),
                Files.getFileStore(data).getTotalSpace(),
                text("/proc/sys/kernel/osrelease"),
                osImage(),
                text("/etc/machine-id"),
                text("/proc/sys/kernel/random/boot_id"),
                text("/sys/class/dmi/id/product_uuid"));
    }

    public static Pressure pressure(Path data) throws IOException {
        FileStore store = Files.getFileStore(data);
        String[] load = text("/proc/loadavg").split("[ /]", -1);
        return new Pressure(
                memory("MemAvailable:"),
                store.getUsableSpace(),
                store.getTotalSpace(),
                load.length > 4 ? Long.parseLong(load[4]) : 0,
                Long.parseLong(text("/proc/sys/kernel/pid_max")));
    }

    /// The name of this host in lower case, as a node's name must be.
    public static String hostName() {
        String name = text("/proc/sys/kernel/hostname");
        if (name.isEmpty()) {
            try {
                name = InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                name = "localhost";
            }
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private static long memory(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    private static String osImage() throws IOException {
        Path file = Path.of("/etc/os-release");
        if (!Files.isReadable(file)) {
            return "Linux";
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("PRETTY_NAME="))
                .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
                .findFirst()
                .orElse("Linux");
    }

    private static String text(String file) {
        // In one read: the kernel gives the numbers below /proc/sys only to a reader who takes all at once.
        byte[] buffer = new byte[TEXT_MAX_BYTES];
        try (var in = new FileInputStream(file)) {
            int count = in.read(buffer);
            return count < 0 ? "" : new String(buffer, 0, count, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
