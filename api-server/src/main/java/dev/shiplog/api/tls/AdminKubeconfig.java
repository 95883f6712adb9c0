package dev.shiplog.api.tls;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The kubeconfig of a user who has a client certificate.
public final class AdminKubeconfig {
    private AdminKubeconfig() {}

    /// The admin's.
    ///
    /// @param server the URL of the API, such as `https://127.0.0.1:6443`
    public static String text(Pki pki, String server) {
        return text(server, Pki.ADMIN_USER, pki.text("ca.crt"), pki.text("admin.crt"), pki.text("admin.key"));
    }

    public static String text(String server, String user, String caPem, String certificatePem, String keyPem) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: shiplog
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: %s
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                contexts:
                - name: shiplog
                  context:
                    cluster: shiplog
                    user: %s
                current-context: shiplog
                """.formatted(server, base64(caPem), user, base64(certificatePem), base64(keyPem), user);
    }

    private static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }
}
