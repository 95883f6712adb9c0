package dev.shiplog.api.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiWriterTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    Path data;

    @Test
    void everythingThatAClusterNeedsIsMade() throws Exception {
        Pki pki = writer(NOW).ensure(List.of("api.example.com", "2001:db8::1"));

        X509Certificate api = pki.apiServer().certificate();
        assertThat(SubjectNames.of(api))
                .contains(
                        "localhost",
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local",
                        "10.43.0.1",
                        "127.0.0.1",
                        "api.example.com",
                        "2001:db8:0:0:0:0:0:1");
        api.verify(pki.ca().getPublicKey());
        assertThat(pki.ca().getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(3_650)));
        assertThat(api.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(365)));
        assertThat(pki.admin().certificate().getSubjectX500Principal().getName())
                .isEqualTo("CN=shiplog-admin,O=system:masters");
        assertThat(pki.tokenKey().getAlgorithm()).isEqualTo("EC");
        assertThat(pki.tokenPublicKey().getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void aNodeMayServeAsItselfAndIsANode() throws Exception {
        var writer = writer(NOW);
        writer.ensure(List.of());

        X509Certificate node = writer.node("worker-1").certificate();

        assertThat(node.getSubjectX500Principal().getName()).isEqualTo("CN=system:node:worker-1,O=system:nodes");
        assertThat(SubjectNames.of(node)).contains("worker-1", "127.0.0.1");
    }

    @Test
    void keysAreForTheOwnerOnly() throws Exception {
        writer(NOW).ensure(List.of());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("pki"))))
                .isEqualTo("rwx------");
        for (String key : List.of("ca.key", "api-server.key", "admin.key", "sa.key")) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(data.resolve("pki").resolve(key))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatIsThereStays() throws Exception {
        Pki first = writer(NOW).ensure(List.of());
        X509Certificate ca = first.ca();
        X509Certificate api = first.apiServer().certificate();

        Pki second = writer(NOW.plus(Duration.ofDays(300))).ensure(List.of());

        assertThat(second.ca()).isEqualTo(ca);
        assertThat(second.apiServer().certificate()).isEqualTo(api);
    }

    @Test
    void aLeafIsRenewedInItsLastMonthAndWhenItLacksAName() throws Exception {
        X509Certificate api = writer(NOW).ensure(List.of()).apiServer().certificate();

        Pki late = writer(NOW.plus(Duration.ofDays(336))).ensure(List.of());
        assertThat(late.apiServer().certificate()).isNotEqualTo(api);
        assertThat(late.apiServer().certificate().getNotAfter().toInstant())
                .isEqualTo(NOW.plus(Duration.ofDays(336 + 365)));

        X509Certificate renewed = late.apiServer().certificate();
        assertThat(writer(NOW.plus(Duration.ofDays(336)))
                        .ensure(List.of("new.example.com"))
                        .apiServer()
                        .certificate())
                .isNotEqualTo(renewed);
    }

    @Test
    void manyWhoStartAtOnceAgree() throws Exception {
        Callable<X509Certificate> start = () -> writer(NOW).ensure(List.of()).ca();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<X509Certificate> seen = threads.invokeAll(List.of(start, start, start, start)).stream()
                    .map(Future::resultNow)
                    .distinct()
                    .toList();

            assertThat(seen).hasSize(1);
        }
    }

    @Test
    void theKubeconfigCarriesAllThatKubectlNeeds() throws IOException {
        Pki pki = writer(NOW).ensure(List.of());

        assertThat(AdminKubeconfig.text(pki, "https://127.0.0.1:6443"))
                .contains("server: https://127.0.0.1:6443")
                .contains("certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t")
                .contains("client-key-data: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t")
                .contains("current-context: shiplog");
    }

    private PkiWriter writer(Instant now) {
        return new PkiWriter(data.resolve("pki"), InstantSource.fixed(now), new SecureRandom());
    }
}
