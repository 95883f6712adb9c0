package dev.shiplog.node;

import dev.shiplog.node.api.Tls;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority and certificates of it, as files.
public final class TestPki {
    private final Path directory;
    private final KeyPair authority = pair();
    private final X500Name authorityName;

    public TestPki(Path directory, String name) throws Exception {
        this.directory = directory;
        this.authorityName = new X500Name("CN=" + name);
        write(name, authority, sign(authorityName, authority, true));
        this.name = name;
    }

    private final String name;

    public Tls issue(String file, String subject) throws Exception {
        KeyPair own = pair();
        write(file, own, sign(new X500Name(subject), own, false));
        return new Tls(
                directory.resolve(name + ".crt"), directory.resolve(file + ".crt"), directory.resolve(file + ".key"));
    }

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private X509CertificateHolder sign(X500Name subject, KeyPair own, boolean isAuthority)
            throws IOException, OperatorCreationException {
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                authorityName,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(now.minusSeconds(60)),
                Date.from(now.plusSeconds(3_600)),
                subject,
                own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"), new GeneralName(GeneralName.dNSName, "localhost")
        }));
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate()));
    }

    private void write(String file, KeyPair own, X509CertificateHolder certificate) throws IOException {
        Files.writeString(directory.resolve(file + ".crt"), pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(
                directory.resolve(file + ".key"),
                pem("PRIVATE KEY", own.getPrivate().getEncoded()));
    }

    private static String pem(String type, byte[] bytes) {
        var text = new StringWriter();
        text.append("-----BEGIN ").append(type).append("-----\n");
        text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
        text.append("\n-----END ").append(type).append("-----\n");
        return text.toString();
    }
}
