package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A port that something else has: INTERFACES 1, exit code 4; INTERFACES 3, which ports there are.
class ListenersTest {
    private final UpOptions options = new UpOptions();

    @BeforeEach
    void chooseAnOffset() {
        options.runtime = "hollow";
        options.portOffset = ThreadLocalRandom.current().nextInt(30_000, Ports.OFFSET_MAX);
    }

    @ParameterizedTest
    @CsvSource({
        "api-server, 6443, 0.0.0.0",
        "broker, 9092, 127.0.0.1",
        "broker, 9093, 127.0.0.1",
        "registry, 8081, 127.0.0.1",
        "node-agent, 10250, 0.0.0.0",
        "node-agent, 10248, 127.0.0.1",
        "scheduler, 10259, 127.0.0.1",
        "controllers, 10257, 127.0.0.1",
        "store, 10260, 127.0.0.1"
    })
    void aTakenPortIsRefusedAndNamed(String role, int port, String host) throws Exception {
        var listeners = new Listeners(EnumSet.of(Role.parse(role)), options);
        listeners.requireFree(Duration.ZERO);
        try (ServerSocket _ = take(host, port + options.portOffset)) {
            assertThatThrownBy(() -> listeners.requireFree(Duration.ZERO))
                    .isInstanceOfSatisfying(
                            Stop.class, stop -> assertThat(stop.code()).isEqualTo(ExitCode.REFUSED))
                    .hasMessageStartingWith(
                            "shiplog: port %d of %s cannot be used: ".formatted(port + options.portOffset, host))
                    .hasMessageEndingWith(". Stop what uses it, or choose another --port-offset.");
        }
    }

    @Test
    void beingFreedInTimeIsEnough() throws Exception {
        var listeners = new Listeners(EnumSet.of(Role.REGISTRY), options);
        ServerSocket other = take("127.0.0.1", 8081 + options.portOffset);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                listeners.requireFree(Duration.ofSeconds(60));
            } catch (InterruptedException problem) {
                throw new AssertionError(problem);
            }
        });
        other.close();

        assertThat(waiting.join(Duration.ofSeconds(30))).isTrue();
    }

    /// A process that serves the API shows the health of its other roles there.
    @Test
    void healthPortsAreForRolesThatRunAlone() {
        assertThat(new Listeners(EnumSet.allOf(Role.class), options).health()).isEmpty();
        assertThat(new Listeners(Set.of(Role.STORE, Role.SCHEDULER), options).health())
                .containsOnlyKeys(Role.STORE, Role.SCHEDULER);
    }

    private static ServerSocket take(String host, int port) throws IOException {
        var socket = new ServerSocket();
        socket.bind(new InetSocketAddress(host, port));
        return socket;
    }
}
