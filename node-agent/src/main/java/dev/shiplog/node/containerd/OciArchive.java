package dev.shiplog.node.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.shiplog.schemas.Bytes;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// An image of one layer, as the tar that `images import` reads. Equal input gives equal bytes.
public final class OciArchive {
    private static final int BLOCK_BYTES = 512;

    /// A file, a directory (no bytes, a name that ends in `/`) or a symbolic link (`target` not empty).
    public record Entry(String name, int mode, Bytes bytes, String target) {
        public static Entry file(String name, int mode, byte[] bytes) {
            return new Entry(name, mode, Bytes.copyOf(bytes), "");
        }

        public static Entry directory(String name) {
            return new Entry(name.endsWith("/") ? name : name + "/", 0755, Bytes.copyOf(new byte[0]), "");
        }

        public static Entry link(String name, String target) {
            return new Entry(name, 0777, Bytes.copyOf(new byte[0]), target);
        }
    }

    /// What the image runs, and where.
    public record Config(String architecture, List<String> entrypoint, List<String> command, List<String> env) {}

    private OciArchive() {}

    /// The architecture of this machine, as images name it.
    public static String architecture(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> osArch;
        };
    }

    public static byte[] of(String reference, Config config, List<Entry> files) {
        byte[] layer = tar(files);
        byte[] image = """
                {"architecture":"%s","os":"linux","config":{"Entrypoint":%s,"Cmd":%s,"Env":%s,"WorkingDir":"/"},\
                "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created_by":"shiplog"}]}""".formatted(
                        config.architecture(),
                        array(config.entrypoint()),
                        array(config.command()),
                        array(config.env()),
                        digest(layer))
                .getBytes(UTF_8);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},\
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%d}]}""".formatted(digest(image), image.length, digest(layer), layer.length)
                .getBytes(UTF_8);
        byte[] index = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{\
                "mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%d,\
                "annotations":{"io.containerd.image.name":%s},"platform":{"architecture":"%s","os":"linux"}}]}""".formatted(digest(manifest), manifest.length, quoted(reference), config.architecture())
                .getBytes(UTF_8);
        return tar(List.of(
                Entry.file("oci-layout", 0644, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8)),
                Entry.file("index.json", 0644, index),
                Entry.directory("blobs"),
                Entry.directory("blobs/sha256"),
                Entry.file("blobs/sha256/" + digest(layer), 0644, layer),
                Entry.file("blobs/sha256/" + digest(image), 0644, image),
                Entry.file("blobs/sha256/" + digest(manifest), 0644, manifest)));
    }

    static byte[] tar(List<Entry> entries) {
        var out = new ByteArrayOutputStream();
        for (Entry entry : entries) {
            byte[] header = header(entry);
            out.write(header, 0, header.length);
            out.write(entry.bytes().toByteArray(), 0, entry.bytes().size());
            int rest = entry.bytes().size() % BLOCK_BYTES;
            out.write(new byte[BLOCK_BYTES], 0, rest == 0 ? 0 : BLOCK_BYTES - rest);
        }
        out.write(new byte[2 * BLOCK_BYTES], 0, 2 * BLOCK_BYTES);
        return out.toByteArray();
    }

    private static byte[] header(Entry entry) {
        byte[] header = new byte[BLOCK_BYTES];
        byte[] name = entry.name().getBytes(UTF_8);
        if (name.length > 100) {
            throw new IllegalArgumentException("name too long for an archive: " + entry.name());
        }
        boolean directory = entry.name().endsWith("/");
        char type = directory ? '5' : entry.target().isEmpty() ? '0' : '2';
        put(header, 0, name);
        put(header, 100, octal(entry.mode(), 7));
        put(header, 108, octal(0, 7));
        put(header, 116, octal(0, 7));
        put(header, 124, octal(entry.bytes().size(), 11));
        put(header, 136, octal(0, 11));
        put(header, 148, "        ".getBytes(UTF_8));
        header[156] = (byte) type;
        put(header, 157, entry.target().getBytes(UTF_8));
        put(header, 257, "ustar\u000000".getBytes(UTF_8));
        long sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, octal(sum, 6));
        header[154] = 0;
        return header;
    }

    private static void put(byte[] header, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static byte[] octal(long number, int digits) {
        String text = Long.toOctalString(number);
        return ("0".repeat(digits - text.length()) + text).getBytes(UTF_8);
    }

    private static String array(List<String> items) {
        return items.stream().map(OciArchive::quoted).collect(Collectors.joining(",", "[", "]"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
