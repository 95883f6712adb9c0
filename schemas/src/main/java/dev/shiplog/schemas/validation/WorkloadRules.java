package dev.shiplog.schemas.validation;

import dev.shiplog.apps.v1.ControllerRevision;
import dev.shiplog.apps.v1.Deployment;
import dev.shiplog.apps.v1.DeploymentStatus;
import dev.shiplog.apps.v1.DeploymentStrategy;
import dev.shiplog.apps.v1.ReplicaSet;
import dev.shiplog.apps.v1.ReplicaSetStatus;
import dev.shiplog.core.v1.PodTemplateSpec;
import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.schemas.select.Selector;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Rules for the kinds that make pods from a template.
final class WorkloadRules {
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
    private static final Path SPEC = Path.of("spec");

    private WorkloadRules() {}

    static void check(Deployment deployment, Causes causes) {
        var spec = deployment.spec();
        selector(spec.selector(), spec.template(), "deployment", causes);
        template(spec.template(), causes);
        strategy(spec.strategy(), causes);
        Integer deadline = spec.progressDeadlineSeconds();
        if (deadline != null && deadline <= spec.minReadySeconds() && deadline >= 0) {
            causes.invalid(SPEC.field("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
        }
    }

    static void check(ReplicaSet set, Causes causes) {
        selector(set.spec().selector(), set.spec().template(), "deployment", causes);
        template(set.spec().template(), causes);
    }

    static void check(ControllerRevision revision, Causes causes) {
        if (revision.data().isEmpty() || revision.data().equals("null")) {
            causes.required(Path.of("data"), "data is mandatory");
        }
        if (revision.revision() < 0) {
            causes.invalid(Path.of("revision"), revision.revision(), "must be greater than or equal to 0");
        }
    }

    private static void selector(@Nullable LabelSelector selector, PodTemplateSpec template, String of, Causes causes) {
        Path at = SPEC.field("selector");
        if (selector == null) {
            return; // required says the schema
        }
        var before = causes.found().size();
        SelectorRules.check(selector, at, causes);
        if (selector.matchLabels().isEmpty() && selector.matchExpressions().isEmpty()) {
            causes.invalid(at, selector, "empty selector is invalid for " + of);
            return;
        }
        boolean readable = causes.found().size() == before
                && selector.matchExpressions().stream()
                        .allMatch(term ->
                                List.of("In", "NotIn", "Exists", "DoesNotExist").contains(term.operator()));
        if (readable && !Selector.of(selector).matches(template.metadata().labels())) {
            causes.invalid(
                    SPEC.field("template").field("metadata").field("labels"),
                    template.metadata().labels(),
                    "`selector` does not match template `labels`");
        }
    }

    private static void template(PodTemplateSpec template, Causes causes) {
        Path at = SPEC.field("template");
        MetadataRules.template(template.metadata(), at.field("metadata"), causes);
        PodRules.check(template.spec(), template.metadata().annotations(), at.field("spec"), causes);
        if (!template.spec().ephemeralContainers().isEmpty()) {
            causes.forbidden(
                    at.field("spec").field("ephemeralContainers"), "ephemeral containers not allowed in pod template");
        }
        String restart = template.spec().restartPolicy();
        if (!restart.isEmpty()
                && !restart.equals("Always")
                && List.of("Never", "OnFailure").contains(restart)) {
            causes.notSupported(at.field("spec").field("restartPolicy"), restart, List.of("Always"));
        }
        if (template.spec().activeDeadlineSeconds() != null) {
            causes.forbidden(
                    at.field("spec").field("activeDeadlineSeconds"),
                    "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }

    private static void strategy(DeploymentStrategy strategy, Causes causes) {
        Path at = SPEC.field("strategy").field("rollingUpdate");
        var rolling = strategy.rollingUpdate();
        if (strategy.type().equals("Recreate")) {
            if (rolling != null) {
                causes.forbidden(at, "may not be specified when strategy `type` is 'Recreate'");
            }
            return;
        }
        if (rolling == null) {
            return;
        }
        int unavailable = amount(rolling.maxUnavailable(), at.field("maxUnavailable"), causes);
        int surge = amount(rolling.maxSurge(), at.field("maxSurge"), causes);
        if (unavailable == 0 && surge == 0) {
            causes.invalid(
                    at.field("maxUnavailable"),
                    rolling.maxUnavailable() == null ? 0 : rolling.maxUnavailable(),
                    "may not be 0 when `maxSurge` is 0");
        }
        if (rolling.maxUnavailable() instanceof String && unavailable > 100) {
            causes.invalid(
                    at.field("maxUnavailable"),
                    String.valueOf(rolling.maxUnavailable()),
                    "must not be greater than 100%");
        }
    }

    /// The number before a percent sign, or the number; -1 when it is neither, which is then a cause.
    private static int amount(@Nullable Object amount, Path at, Causes causes) {
        return switch (amount) {
            case Integer number -> {
                if (number < 0) {
                    causes.invalid(at, number, "must be greater than or equal to 0");
                }
                yield number;
            }
            case String percent -> {
                if (PERCENT.matcher(percent).matches() && percent.length() < 10) {
                    yield Integer.parseInt(percent.substring(0, percent.length() - 1));
                }
                causes.invalid(
                        at,
                        percent,
                        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or"
                                + " '93%', regex used for validation is '[0-9]+%')");
                yield -1;
            }
            case null, default -> 0;
        };
    }

    static void status(DeploymentStatus status, Causes causes) {
        notNegative(status.replicas(), "replicas", causes);
        atMost(status.updatedReplicas(), "updatedReplicas", status.replicas(), "status.replicas", causes);
        atMost(status.readyReplicas(), "readyReplicas", status.replicas(), "status.replicas", causes);
        atMost(status.availableReplicas(), "availableReplicas", status.replicas(), "status.replicas", causes);
        atMost(status.availableReplicas(), "availableReplicas", status.readyReplicas(), "readyReplicas", causes);
        notNegative(status.unavailableReplicas(), "unavailableReplicas", causes);
    }

    static void status(ReplicaSetStatus status, Causes causes) {
        notNegative(status.replicas(), "replicas", causes);
        atMost(status.fullyLabeledReplicas(), "fullyLabeledReplicas", status.replicas(), "status.replicas", causes);
        atMost(status.readyReplicas(), "readyReplicas", status.replicas(), "status.replicas", causes);
        atMost(status.availableReplicas(), "availableReplicas", status.replicas(), "status.replicas", causes);
        atMost(status.availableReplicas(), "availableReplicas", status.readyReplicas(), "readyReplicas", causes);
    }

    private static void notNegative(int value, String field, Causes causes) {
        if (value < 0) {
            causes.invalid(Path.of("status", field), value, "must be greater than or equal to 0");
        }
    }

    private static void atMost(int value, String field, int max, String than, Causes causes) {
        notNegative(value, field, causes);
        if (value > max) {
            causes.invalid(Path.of("status", field), value, "cannot be greater than " + than);
        }
    }
}
