package dev.shiplog.api.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;

/// The directory `pki` of one cluster, complete: made by [PkiWriter]. Reads its files when asked.
public final class Pki {
    public static final String ADMIN_USER = "shiplog-admin";
    /// The name in the certificate with which API servers call node agents.
    public static final String API_CLIENT_USER = "shiplog-api-client";

    static final String HOLLOW_USER = "shiplog-hollow-nodes";
    static final String HOLLOW_FILE = "hollow-nodes";

    private final Path directory;

    Pki(Path directory) {
        this.directory = directory;
    }

    public Path directory() {
        return directory;
    }

    public Path caFile() {
        return directory.resolve("ca.crt");
    }

    public X509Certificate ca() {
        return certificate("ca");
    }

    /// What API servers serve with.
    public Issued apiServer() {
        return issued("api-server");
    }

    /// What API servers show to node agents.
    public Issued apiClient() {
        return issued("api-client");
    }

    public Issued admin() {
        return issued("admin");
    }

    /// What the agent of a node serves with and shows to API servers.
    ///
    /// @throws UncheckedIOException when [PkiWriter#node] has not made it
    public Issued node(String name) {
        return issued(nodeFile(name));
    }

    /// What the agent of hollow nodes serves with and shows to API servers.
    Issued hollowNodes() {
        return issued(HOLLOW_FILE);
    }

    public PrivateKey tokenKey() {
        return read("sa.key", Pem::readPrivateKey);
    }

    public PublicKey tokenPublicKey() {
        return read("sa.pub", Pem::readPublicKey);
    }

    static String nodeFile(String name) {
        return "node-" + name;
    }

    private Issued issued(String name) {
        return new Issued(certificate(name), read(name + ".key", Pem::readPrivateKey));
    }

    private X509Certificate certificate(String name) {
        return read(name + ".crt", Pem::readCertificate);
    }

    /// The PEM text of a file.
    public String text(String file) {
        return read(file, text -> text);
    }

    private <T> T read(String file, Parser<T> parser) {
        Path path = directory.resolve(file);
        try {
            return parser.parse(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException(new IOException(path + " is damaged: " + e.getMessage(), e));
        }
    }

    private interface Parser<T> {
        T parse(String text) throws GeneralSecurityException;
    }
}
