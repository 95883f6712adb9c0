package dev.shiplog.api.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Keys and certificates as PEM text: PKCS #8 private keys, X.509 public keys and certificates.
public final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    public static String certificate(X509Certificate certificate) throws GeneralSecurityException {
        return block("CERTIFICATE", certificate.getEncoded());
    }

    public static String privateKey(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    public static String publicKey(PublicKey key) {
        return block("PUBLIC KEY", key.getEncoded());
    }

    /// The first certificate in the text.
    public static X509Certificate readCertificate(String text) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(decode("CERTIFICATE", text)));
    }

    public static PrivateKey readPrivateKey(String text) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(decode("PRIVATE KEY", text)));
    }

    public static PublicKey readPublicKey(String text) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(decode("PUBLIC KEY", text)));
    }

    private static String block(String label, byte[] bytes) {
        String body = new String(LINES.encode(bytes), StandardCharsets.US_ASCII);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(label, body, label)
                .replace("\r\n", "\n");
    }

    private static byte[] decode(String label, String text) throws GeneralSecurityException {
        String begin = "-----BEGIN " + label + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + label + "-----", Math.max(from, 0));
        if (from < 0 || to < 0) {
            throw new GeneralSecurityException("no PEM block \"" + label + "\"");
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }
}
