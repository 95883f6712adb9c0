package dev.shiplog.api.resource;

import dev.shiplog.api.auth.TokenIssuer;
import dev.shiplog.api.auth.TokenSpec;
import dev.shiplog.api.http.ApiRequest;
import dev.shiplog.api.http.ApiResponse;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Media;
import dev.shiplog.api.http.Negotiation;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.authentication_k8s_io.v1.BoundObjectReference;
import dev.shiplog.authentication_k8s_io.v1.TokenRequest;
import dev.shiplog.authentication_k8s_io.v1.TokenRequestStatus;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Defaulting;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.validation.Validation;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Gives out tokens of ServiceAccounts: POST `serviceaccounts/NAME/token`. Nothing is written.
final class TokenRequests {
    private static final Bodies.Expected EXPECTED = new Bodies.Expected("authentication.k8s.io/v1", "TokenRequest");

    private final TokenIssuer issuer;
    private final Writes writes;
    private final Codec codec;
    private final InstantSource clock;

    TokenRequests(TokenIssuer issuer, Writes writes, Codec codec, InstantSource clock) {
        this.issuer = issuer;
        this.writes = writes;
        this.codec = codec;
        this.clock = clock;
    }

    ApiResponse create(ApiRequest request, Key account) throws InterruptedException {
        Media media = Negotiation.plain(request);
        TokenRequest asked =
                Defaulting.apply(Bodies.object(request, TokenRequest.TYPE, EXPECTED, FieldValidation.of(request))
                        .object());
        refuseForeign(asked.metadata(), account);
        Snapshot snapshot = writes.latest(StoreName.MAIN, request.deadline());
        Entry entry = snapshot.get(account);
        if (entry == null) {
            throw new StatusException(ApiStatus.notFound("", "serviceaccounts", account.name()));
        }
        ObjectMeta owner = codec.metadata(entry.schema(), entry.value());
        Invalid.refuse("authentication.k8s.io", "TokenRequest", account.name(), Validation.request(asked));
        Long wished = asked.spec().expirationSeconds();
        Duration life = wished == null ? TokenSpec.LIFE_DEFAULT : Duration.ofSeconds(wished);
        Bound bound = bound(snapshot, account, asked.spec().boundObjectRef());
        refuseOtherNodes(
                request.caller().nodeName(), account, bound, asked.spec().boundObjectRef());
        TokenSpec spec = new TokenSpec(
                account.namespace(),
                account.name(),
                owner.uid(),
                asked.spec().audiences(),
                life,
                bound.object(),
                bound.nodeName());
        Instant now = clock.instant();
        TokenIssuer.Token token = issuer.issue(spec, now, UUID.randomUUID().toString());
        TokenRequest answer = asked.toBuilder()
                .metadata(asked.metadata().toBuilder()
                        .name(account.name())
                        .namespace(account.namespace())
                        .creationTimestamp(now)
                        .build())
                .status(TokenRequestStatus.builder()
                        .token(token.text())
                        .expirationTimestamp(token.expiresAt())
                        .build())
                .build();
        return ApiResponse.json(201, media, Json.encode(answer));
    }

    private static void refuseForeign(ObjectMeta meta, Key account) {
        boolean same = (meta.name().isEmpty() || meta.name().equals(account.name()))
                && (meta.namespace().isEmpty() || meta.namespace().equals(account.namespace()));
        if (!same) {
            throw new StatusException(ApiStatus.badRequest("the token request names another service account"));
        }
    }

    /// What a token dies with.
    ///
    /// @param object null when it is the account alone
    /// @param nodeName of the pod, or empty
    private record Bound(TokenSpec.@Nullable Bound object, String nodeName) {}

    private Bound bound(Snapshot snapshot, Key account, @Nullable BoundObjectReference reference) {
        if (reference == null) {
            return new Bound(null, "");
        }
        String resource = switch (reference.kind()) {
            case "Pod" -> "pods";
            case "Secret" -> "secrets";
            default ->
                throw invalid(
                        account,
                        "FieldValueInvalid",
                        "Invalid value: \"%s\": cannot bind token to object of this kind".formatted(reference.kind()),
                        "spec.boundObjectRef");
        };
        Entry entry = snapshot.get(new Key("", resource, account.namespace(), reference.name()));
        if (entry == null) {
            throw new StatusException(ApiStatus.notFound("", resource, reference.name()));
        }
        String uid = codec.metadata(entry.schema(), entry.value()).uid();
        if (!reference.uid().isEmpty() && !reference.uid().equals(uid)) {
            throw new StatusException(ApiStatus.conflict(
                    "",
                    resource,
                    reference.name(),
                    "the UID in the bound object reference (%s) does not match the UID in record: %s"
                            .formatted(reference.uid(), uid)));
        }
        var object = new TokenSpec.Bound(reference.kind(), reference.name(), uid);
        return new Bound(object, reference.kind().equals("Pod") ? nodeName(account, entry) : "");
    }

    private String nodeName(Key account, Entry entry) {
        Pod pod = codec.decode(entry.schema(), entry.value(), Pod.class);
        if (!pod.spec().serviceAccountName().equals(account.name())) {
            throw new StatusException(ApiStatus.badRequest(
                    "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
                            .formatted(account.name())));
        }
        return pod.spec().nodeName();
    }

    /// The agent of a node gets tokens for the pods that it runs, so that it can be nobody else. After Kubernetes'
    /// admission plug-in `NodeRestriction`.
    private static void refuseOtherNodes(
            String node, Key account, Bound bound, @Nullable BoundObjectReference reference) {
        if (node.isEmpty()) {
            return;
        }
        String why = reference == null || !reference.kind().equals("Pod")
                ? "node requested token not bound to a pod"
                : reference.uid().isEmpty()
                        ? "node requested token with a pod binding without a uid"
                        : bound.nodeName().equals(node)
                                ? ""
                                : "node requested token bound to a pod scheduled on a different node";
        if (!why.isEmpty()) {
            throw new StatusException(ApiStatus.forbidden("", "serviceaccounts", account.name(), why));
        }
    }

    private static StatusException invalid(Key account, String reason, String message, String field) {
        return new StatusException(ApiStatus.invalid(
                "authentication.k8s.io",
                "TokenRequest",
                account.name(),
                List.of(new ApiStatus.Cause(reason, message, field))));
    }
}
