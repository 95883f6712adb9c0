package dev.shiplog.node.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs containerd's own command `ctr`, which can import archives; CRI cannot.
final class CtrClient {
    private final Path socket;

    CtrClient(Path socket) {
        this.socket = socket;
    }

    /// Imports an archive of images, in OCI layout or as `docker save` writes it; returns what `ctr` printed.
    String importArchive(Path file, String snapshotter) throws IOException {
        return run(new byte[0], "images", "import", "--snapshotter", snapshotter, file.toString());
    }

    String importArchive(byte[] archive, String snapshotter) throws IOException {
        return run(archive, "images", "import", "--snapshotter", snapshotter, "-");
    }

    private String run(byte[] input, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("ctr", "--address", socket.toString(), "--namespace", "k8s.io"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(lastLine(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw new IOException("interrupted while ctr ran", e);
        }
        return output;
    }

    private static String lastLine(String output) {
        String line = output.substring(output.lastIndexOf('\n') + 1).strip();
        return line.startsWith("ctr: ") ? line.substring(5) : line;
    }
}
