package dev.shiplog.schemas.validation;

import dev.shiplog.core.v1.Container;
import dev.shiplog.core.v1.ExecAction;
import dev.shiplog.core.v1.HTTPGetAction;
import dev.shiplog.core.v1.Lifecycle;
import dev.shiplog.core.v1.LifecycleHandler;
import dev.shiplog.core.v1.Probe;
import dev.shiplog.core.v1.TCPSocketAction;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Rules for the probes and hooks of a container: each has exactly one way to act.
final class ProbeRules {
    private ProbeRules() {}

    static void check(Container container, Path at, Causes causes) {
        probe(container.livenessProbe(), true, at.field("livenessProbe"), causes);
        probe(container.readinessProbe(), false, at.field("readinessProbe"), causes);
        probe(container.startupProbe(), true, at.field("startupProbe"), causes);
        Probe readiness = container.readinessProbe();
        if (readiness != null && readiness.terminationGracePeriodSeconds() != null) {
            causes.invalid(
                    at.field("readinessProbe").field("terminationGracePeriodSeconds"),
                    readiness.terminationGracePeriodSeconds(),
                    "must not be set for readinessProbes");
        }
        Lifecycle lifecycle = container.lifecycle();
        if (lifecycle != null) {
            hook(lifecycle.postStart(), at.field("lifecycle").field("postStart"), causes);
            hook(lifecycle.preStop(), at.field("lifecycle").field("preStop"), causes);
        }
    }

    private static void probe(@Nullable Probe probe, boolean once, Path at, Causes causes) {
        if (probe == null) {
            return;
        }
        oneOf(Stream.of(probe.exec(), probe.httpGet(), probe.tcpSocket(), probe.grpc()), at, causes);
        exec(probe.exec(), at, causes);
        http(probe.httpGet(), at, causes);
        tcp(probe.tcpSocket(), at, causes);
        if (once && probe.successThreshold() > 1) {
            causes.invalid(at.field("successThreshold"), probe.successThreshold(), "must be 1");
        }
        Long grace = probe.terminationGracePeriodSeconds();
        if (grace != null && grace <= 0) {
            causes.invalid(at.field("terminationGracePeriodSeconds"), grace, "must be greater than 0");
        }
    }

    private static void hook(@Nullable LifecycleHandler handler, Path at, Causes causes) {
        if (handler == null) {
            return;
        }
        oneOf(Stream.of(handler.exec(), handler.httpGet(), handler.tcpSocket(), handler.sleep()), at, causes);
        exec(handler.exec(), at, causes);
        http(handler.httpGet(), at, causes);
        tcp(handler.tcpSocket(), at, causes);
    }

    private static void oneOf(Stream<?> handlers, Path at, Causes causes) {
        long count = handlers.filter(Objects::nonNull).count();
        if (count == 0) {
            causes.required(at, "must specify a handler type");
        } else if (count > 1) {
            causes.forbidden(at, "may not specify more than 1 handler type");
        }
    }

    private static void exec(@Nullable ExecAction exec, Path at, Causes causes) {
        if (exec != null && exec.command().isEmpty()) {
            causes.required(at.field("exec").field("command"));
        }
    }

    private static void http(@Nullable HTTPGetAction http, Path at, Causes causes) {
        if (http == null) {
            return;
        }
        PortRules.check(http.port(), at.field("httpGet").field("port"), causes);
        for (int i = 0; i < http.httpHeaders().size(); i++) {
            String name = http.httpHeaders().get(i).name();
            if (!name.isEmpty() && !name.matches("[-A-Za-z0-9]+")) {
                causes.invalid(
                        at.field("httpGet").field("httpHeaders").index(i),
                        name,
                        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name',"
                                + " regex used for validation is '[-A-Za-z0-9]+')");
            }
        }
    }

    private static void tcp(@Nullable TCPSocketAction tcp, Path at, Causes causes) {
        if (tcp != null) {
            PortRules.check(tcp.port(), at.field("tcpSocket").field("port"), causes);
        }
    }
}
