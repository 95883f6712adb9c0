package dev.shiplog.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The layers, as tests that fail.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    /// A name with one of these ends is the licence to touch the outside world.
    private static final String SHELL =
            ".*(Topology|Processor|Client|Server|Broker|Registry|Writer|Appender|Follower|Materialiser|Journal|Host|Agent"
                    + "|Launcher|Main)(\\$.*)?";

    private static final List<String> MODULES = List.of(
            "schemas",
            "store-streams",
            "api-server",
            "scheduler-streams",
            "controllers",
            "node-agent",
            "proxy-agent",
            "standalone");

    private JavaClasses shiplog;

    @BeforeAll
    void readTheClasses() {
        Path root = Path.of("..").toAbsolutePath().normalize();
        shiplog = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPaths(MODULES.stream()
                        .map(module -> root.resolve(module).resolve("target/classes"))
                        .toList());
    }

    @Test
    void dependenciesPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("store")
                .definedBy("dev.shiplog.store..")
                .layer("api")
                .definedBy("dev.shiplog.api..")
                .layer("scheduler")
                .definedBy("dev.shiplog.scheduler..")
                .layer("controllers")
                .definedBy("dev.shiplog.controllers..")
                .layer("node")
                .definedBy("dev.shiplog.node..")
                .layer("proxy")
                .definedBy("dev.shiplog.proxy..")
                .layer("standalone")
                .definedBy("dev.shiplog.standalone..")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("api", "scheduler", "controllers", "standalone")
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("standalone")
                .whereLayer("scheduler")
                .mayOnlyBeAccessedByLayers("standalone")
                .whereLayer("controllers")
                .mayOnlyBeAccessedByLayers("standalone")
                .whereLayer("node")
                .mayOnlyBeAccessedByLayers("standalone")
                .whereLayer("proxy")
                .mayOnlyBeAccessedByLayers("standalone")
                .whereLayer("standalone")
                .mayNotBeAccessedByAnyLayer()
                .check(shiplog);
    }

    @Test
    void theSchemasKnowNobody() {
        noClasses()
                .that()
                .resideInAPackage("dev.shiplog.schemas..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.shiplog.store..",
                        "dev.shiplog.api..",
                        "dev.shiplog.scheduler..",
                        "dev.shiplog.controllers..",
                        "dev.shiplog.node..",
                        "dev.shiplog.proxy..",
                        "dev.shiplog.standalone..")
                .check(shiplog);
    }

    @Test
    void onlyShellsTouchTheOutsideWorld() {
        noClasses()
                .that()
                .haveNameNotMatching(SHELL)
                .and()
                .resideOutsideOfPackage("dev.shiplog.standalone..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka.clients..",
                        "org.apache.kafka.streams..",
                        "java.net..",
                        "io.netty.bootstrap..")
                .orShould()
                .callMethod(Instant.class, "now")
                .because("a core that reads a clock or a socket cannot be replayed")
                .check(shiplog);
    }

    /// The owners of behaviour name fields of their kinds; the log and the transport carry objects without knowing
    /// them.
    @Test
    void theLogAndTheTransportKnowNoKind() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.shiplog.store",
                        "dev.shiplog.store.journal..",
                        "dev.shiplog.store.checkpoint..",
                        "dev.shiplog.store.kafka..",
                        "dev.shiplog.store.broker..",
                        "dev.shiplog.store.verify..",
                        "dev.shiplog.api.http..",
                        "dev.shiplog.api.discovery..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.shiplog.core..",
                        "dev.shiplog.apps..",
                        "dev.shiplog.coordination_k8s_io..",
                        "dev.shiplog.discovery_k8s_io..")
                .check(shiplog);
    }
}
