package dev.shiplog.api.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes what is missing in the directory `pki`, and renews what is about to expire or names too few hosts. Several
/// processes of one host may do so at the same time: a file lock lets one after the other in.
public final class PkiWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PkiWriter.class);
    /// A leaf with less life left is renewed.
    static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private static final List<String> API_HOSTS = List.of(
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
            "10.43.0.1",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1");
    private static final String MASTERS = "system:masters";
    private static final String NODES = "system:nodes";

    private final Path directory;
    private final InstantSource clock;
    private final SecureRandom random;

    public PkiWriter(Path directory, InstantSource clock, SecureRandom random) {
        this.directory = directory;
        this.clock = clock;
        this.random = random;
    }

    /// Everything but node certificates.
    ///
    /// @param moreHosts names and addresses that the API is also reached by, besides those of this host
    public Pki ensure(Collection<String> moreHosts) throws IOException {
        Set<String> hosts = new LinkedHashSet<>(API_HOSTS);
        hosts.addAll(localNames());
        moreHosts.forEach(host -> hosts.add(literal(host)));
        locked(authority -> {
            leaf(authority, "api-server", new CertificateRequest("shiplog-api-server", List.of(), List.copyOf(hosts)));
            leaf(authority, "api-client", new CertificateRequest(Pki.API_CLIENT_USER, List.of(), List.of()));
            leaf(authority, "admin", new CertificateRequest(Pki.ADMIN_USER, List.of(MASTERS), List.of()));
            tokenKeys();
        });
        return new Pki(directory);
    }

    /// The certificate of one node's agent. It may serve as the node's name and this host's addresses.
    public Issued node(String name) throws IOException {
        Set<String> hosts = new LinkedHashSet<>(List.of(name, "localhost", "127.0.0.1"));
        hosts.addAll(localNames());
        var request = new CertificateRequest("system:node:" + name, List.of(NODES), List.copyOf(hosts));
        locked(authority -> leaf(authority, Pki.nodeFile(name), request));
        return new Pki(directory).node(name);
    }

    /// The certificate of an agent that speaks for all hollow nodes of a process. They are too many for one each, so it
    /// is a master's.
    public Issued hollowNodes() throws IOException {
        Set<String> hosts = new LinkedHashSet<>(List.of("localhost", "127.0.0.1"));
        hosts.addAll(localNames());
        var request = new CertificateRequest(Pki.HOLLOW_USER, List.of(MASTERS), List.copyOf(hosts));
        locked(authority -> leaf(authority, Pki.HOLLOW_FILE, request));
        return new Pki(directory).hollowNodes();
    }

    private interface Work {
        void run(Authority authority) throws IOException, GeneralSecurityException;
    }

    private void locked(Work work) throws IOException {
        // A file lock keeps other processes out, the monitor other threads of this one.
        synchronized (PkiWriter.class) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                LOG.trace("locked {}", lock);
                work.run(authority());
            } catch (GeneralSecurityException e) {
                throw new IOException("cannot make certificates in " + directory + ": " + e.getMessage(), e);
            }
        }
    }

    private Authority authority() throws IOException, GeneralSecurityException {
        Path certificate = directory.resolve("ca.crt");
        Path key = directory.resolve("ca.key");
        if (!Files.exists(certificate)) {
            LOG.info("making the cluster's certificate authority in {}", directory);
            Issued ca = Authority.create("shiplog-ca", clock.instant(), random);
            write(key, Pem.privateKey(ca.key()));
            write(certificate, Pem.certificate(ca.certificate()));
            return new Authority(ca, random);
        }
        var ca = new Issued(
                Pem.readCertificate(Files.readString(certificate)), Pem.readPrivateKey(Files.readString(key)));
        return new Authority(ca, random);
    }

    private void leaf(Authority authority, String name, CertificateRequest request)
            throws IOException, GeneralSecurityException {
        Path certificate = directory.resolve(name + ".crt");
        Path key = directory.resolve(name + ".key");
        Instant now = clock.instant();
        if (Files.exists(certificate) && Files.exists(key)) {
            X509Certificate held = Pem.readCertificate(Files.readString(certificate));
            if (good(held, request, now)) {
                return;
            }
            LOG.info("renewing {}", certificate);
        }
        Issued made = authority.issue(request, now);
        write(key, Pem.privateKey(made.key()));
        write(certificate, Pem.certificate(made.certificate()));
    }

    private static boolean good(X509Certificate held, CertificateRequest request, Instant now)
            throws GeneralSecurityException {
        boolean fresh = held.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE));
        return fresh && SubjectNames.of(held).containsAll(request.hosts());
    }

    private void tokenKeys() throws IOException, GeneralSecurityException {
        Path secret = directory.resolve("sa.key");
        Path open = directory.resolve("sa.pub");
        if (Files.exists(secret) && Files.exists(open)) {
            return;
        }
        KeyPair keys = Authority.keyPair(random);
        write(secret, Pem.privateKey(keys.getPrivate()));
        write(open, Pem.publicKey(keys.getPublic()));
    }

    /// Whole or not at all: a reader never sees half a file.
    private static void write(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<String> localNames() throws IOException {
        List<String> names = new ArrayList<>();
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (IOException e) {
            LOG.debug("this host has no name: {}", e.getMessage());
        }
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(PkiWriter::text)
                    .sorted()
                    .forEach(names::add);
        } catch (SocketException e) {
            throw new IOException("cannot list this host's addresses: " + e.getMessage(), e);
        }
        return names;
    }

    /// An IPv6 address in the form in which certificates are read; anything else as it is.
    private static String literal(String host) {
        return host.contains(":") ? text(InetAddress.ofLiteral(host)) : host;
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
