package dev.shiplog.api.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.shiplog.api.admission.Admission;
import dev.shiplog.api.admission.ApiObject;
import dev.shiplog.api.admission.Attempt;
import dev.shiplog.api.admission.Circumstances;
import dev.shiplog.api.admission.Draft;
import dev.shiplog.api.admission.KindRules;
import dev.shiplog.api.admission.PodBinding;
import dev.shiplog.api.admission.PodEviction;
import dev.shiplog.api.admission.RuleBook;
import dev.shiplog.api.admission.ScaleOf;
import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.StatusException;
import dev.shiplog.autoscaling.v1.Scale;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Key;
import dev.shiplog.meta.v1.DeleteOptions;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.Codec;
import dev.shiplog.schemas.Decoded;
import dev.shiplog.schemas.Defaulting;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.Kind;
import dev.shiplog.schemas.MalformedException;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.Typed;
import dev.shiplog.schemas.patch.Patch;
import dev.shiplog.schemas.patch.PatchException;
import dev.shiplog.schemas.validation.Validation;
import dev.shiplog.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what a write comes to: a function of the intent, one snapshot and the circumstances, whose result is what a
/// draft then holds. Writes over HTTP and requests of components are decided here alike.
///
/// The order of an object's way: the server's own metadata, the rules of the kind, defaults, admission, defaults of
/// what admission added, allocation, validation.
final class Planner {
    static final int NAME_ATTEMPTS_MAX = 8;
    private static final String STATUS = "status";
    private static final String SCALE = "scale";
    private static final String FINALIZE = "finalize";
    private static final int PATCH_SHOWN_MAX = 1_000;
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);

    private final Codec codec;
    private final List<Admission> admissions;
    private final List<Admission> allocations;

    Planner(Codec codec, List<Admission> admissions, List<Admission> allocations) {
        this.codec = codec;
        this.admissions = List.copyOf(admissions);
        this.allocations = List.copyOf(allocations);
    }

    /// @throws StatusException when the write is refused
    Planned plan(Draft draft, Intent intent, Circumstances circumstances) {
        return switch (intent) {
            case Intent.Create it -> create(draft, it.kind(), it.namespace(), it.object(), circumstances);
            case Intent.Update it -> update(draft, it, circumstances);
            case Intent.Patch it -> patch(draft, it, circumstances);
            case Intent.Delete it -> delete(draft, it.kind(), it.target(), it.options(), it.expect(), circumstances);
            case Intent.Bind it -> {
                Invalid.refuse("", "Binding", it.target().name(), Validation.request(it.binding()));
                Found found = find(draft, it.kind(), it.target(), it.expect());
                ApiObject bound = PodBinding.bind(found.object(), it.binding(), circumstances);
                yield write(draft, found.entry(), bound, "create", "binding", List.of());
            }
            case Intent.Evict it -> evict(draft, it, circumstances);
        };
    }

    // --- create

    private Planned create(Draft draft, Kind kind, String namespace, ApiObject sent, Circumstances circumstances) {
        ObjectMeta meta = sent.meta();
        refuseForeignNamespace(kind, namespace, meta);
        if (!meta.resourceVersion().isEmpty()) {
            throw new StatusException(
                    ApiStatus.badRequest("resourceVersion should not be set on objects to be created"));
        }
        String name = nameOfNew(draft, kind, namespace, meta, circumstances);
        Key key = ApiObject.key(kind, namespace, name);
        if (draft.has(key)) {
            throw new StatusException(ApiStatus.alreadyExists(kind.group(), kind.plural(), name));
        }
        KindRules rules = RuleBook.of(kind);
        ApiObject object = sent.withMeta(Metadata.ofNew(
                meta,
                name,
                kind.namespaced() ? namespace : "",
                circumstances.uuid().toString(),
                circumstances.second()));
        if (kind.hasStatus() && !rules.statusOnCreate()) {
            object = object.withStatusOf(empty(kind));
        }
        if (rules.countsGenerations(object)) {
            object = object.withMeta(object.meta().withGeneration(1));
        }
        object = rules.created(object, circumstances);
        object = admitted(new Attempt(Attempt.Kind.CREATE, object, null, "", draft, circumstances));
        Invalid.refuse(object, Validation.create(kind, object.content()));
        byte[] value = Binary.encode(object.content());
        draft.put(key, "create", "", object.content().recordType().fingerprint(), value);
        return new Planned.Put(object, value, true, List.of());
    }

    private static void refuseForeignNamespace(Kind kind, String namespace, ObjectMeta meta) {
        String sent = meta.namespace();
        if (kind.namespaced() && !sent.isEmpty() && !sent.equals(namespace)) {
            throw new StatusException(ApiStatus.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"));
        }
        if (!kind.namespaced() && !sent.isEmpty()) {
            throw new StatusException(
                    ApiStatus.badRequest("namespace specified on a cluster-scoped object: " + kind.kind()));
        }
    }

    private static String nameOfNew(
            Draft draft, Kind kind, String namespace, ObjectMeta meta, Circumstances circumstances) {
        if (!meta.name().isEmpty()) {
            return meta.name();
        }
        if (meta.generateName().isEmpty()) {
            throw Metadata.invalid(
                    kind,
                    "",
                    "FieldValueRequired",
                    "Required value: name or generateName is required",
                    "metadata.name");
        }
        String name = "";
        for (int attempt = 0; attempt < NAME_ATTEMPTS_MAX; attempt++) {
            name = NameSuffix.complete(meta.generateName(), circumstances.random());
            if (!draft.has(ApiObject.key(kind, namespace, name))) {
                return name;
            }
        }
        return name;
    }

    // --- update

    private Planned update(Draft draft, Intent.Update intent, Circumstances circumstances) {
        Kind kind = intent.kind();
        String name = intent.target().name();
        KindRules rules = RuleBook.of(kind);
        if (rules.createdByUpdate() && intent.subresource().isEmpty() && !draft.has(intent.target())) {
            return createByUpdate(draft, intent, circumstances);
        }
        Found found = find(draft, kind, intent.target(), intent.expect());
        if (intent.subresource().equals(SCALE)) {
            Scale scale = (Scale) intent.object().content();
            refuseOtherName(name, scale.metadata().name());
            return scaled(draft, found, scale, "update", List.of(), circumstances);
        }
        refuseOtherName(name, intent.object().meta().name());
        refuseForeignNamespace(
                kind, intent.target().namespace(), intent.object().meta());
        return replace(draft, found, intent.object(), intent.subresource(), "update", List.of(), circumstances);
    }

    private Planned createByUpdate(Draft draft, Intent.Update intent, Circumstances circumstances) {
        ApiObject object = intent.object();
        ObjectMeta meta = object.meta();
        refuseOtherName(intent.target().name(), meta.name());
        if (intent.expect() != null || Preconditions.revisionIn(intent.kind(), meta) != null) {
            throw new StatusException(ApiStatus.conflict(
                    intent.kind().group(),
                    intent.kind().plural(),
                    meta.name(),
                    "StorageError: invalid object, Code: 4: the object is gone"));
        }
        if (!meta.uid().isEmpty()) {
            throw new StatusException(ApiStatus.conflict(
                    intent.kind().group(),
                    intent.kind().plural(),
                    meta.name(),
                    "Precondition failed: UID in precondition: " + meta.uid() + ", UID in object meta: "));
        }
        return create(draft, intent.kind(), intent.target().namespace(), object, circumstances);
    }

    private static void refuseOtherName(String ofPath, String sent) {
        if (sent.isEmpty()) {
            throw new StatusException(
                    ApiStatus.badRequest("the name of the object must be set: metadata.name is empty"));
        }
        if (!sent.equals(ofPath)) {
            throw new StatusException(ApiStatus.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)".formatted(sent, ofPath)));
        }
    }

    /// Puts `sent` in the place of what was found, as far as the subresource allows.
    private Planned replace(
            Draft draft,
            Found found,
            ApiObject sent,
            String subresource,
            String verb,
            List<String> warnings,
            Circumstances circumstances) {
        ApiObject old = found.object();
        Kind kind = old.kind();
        KindRules rules = RuleBook.of(kind);
        Preconditions.uid(kind, old.meta(), sent.meta().uid());
        Long named = Preconditions.revisionIn(kind, sent.meta());
        Preconditions.revision(kind, old.meta().name(), named, found.entry().revision());
        if (named == null && rules.updateNeedsRevision() && verb.equals("update") && subresource.isEmpty()) {
            throw Metadata.invalid(
                    kind,
                    old.meta().name(),
                    "FieldValueInvalid",
                    "Invalid value: 0: must be specified for an update",
                    "metadata.resourceVersion");
        }
        ApiObject object = merged(old, sent, subresource);
        object = rules.updated(old, object, subresource, circumstances);
        return finished(draft, found, object, subresource, verb, warnings, circumstances);
    }

    /// What is allowed to change through a subresource. The status keeps annotations, because controllers answer in
    /// them.
    private static ApiObject merged(ApiObject old, ApiObject sent, String subresource) {
        return switch (subresource) {
            case STATUS ->
                old.withMeta(old.meta().withAnnotations(sent.meta().annotations()))
                        .withStatusOf(sent);
            case FINALIZE -> sent.withMeta(old.meta());
            default -> {
                ApiObject object = sent.withMeta(Metadata.ofUpdate(old.meta(), sent.meta()));
                yield old.kind().hasStatus() ? object.withStatusOf(old) : object;
            }
        };
    }

    private Planned scaled(
            Draft draft, Found found, Scale scale, String verb, List<String> warnings, Circumstances circumstances) {
        ApiObject old = found.object();
        Preconditions.uid(old.kind(), old.meta(), scale.metadata().uid());
        Preconditions.revision(
                old.kind(),
                old.meta().name(),
                Preconditions.revisionIn(old.kind(), scale.metadata()),
                found.entry().revision());
        if (scale.spec().replicas() < 0) {
            throw new StatusException(ApiStatus.invalid(
                    "autoscaling",
                    "Scale",
                    old.meta().name(),
                    List.of(new ApiStatus.Cause(
                            "FieldValueInvalid",
                            "Invalid value: %d: must be greater than or equal to 0"
                                    .formatted(scale.spec().replicas()),
                            "spec.replicas"))));
        }
        return finished(draft, found, ScaleOf.write(old, scale), SCALE, verb, warnings, circumstances);
    }

    /// The rest of every update: defaults, admission, generation, validation, and whether it was the last word on an
    /// object that is being deleted.
    private Planned finished(
            Draft draft,
            Found found,
            ApiObject changed,
            String subresource,
            String verb,
            List<String> warnings,
            Circumstances circumstances) {
        ApiObject old = found.object();
        KindRules rules = RuleBook.of(old.kind());
        ApiObject object = admitted(new Attempt(Attempt.Kind.UPDATE, changed, old, subresource, draft, circumstances));
        Metadata.refuseNewFinalizers(old, object);
        if (rules.countsGenerations(object) && Metadata.specificationDiffers(old, object)) {
            object = object.withMeta(object.meta().withGeneration(old.meta().generation() + 1));
        }
        Invalid.refuse(object, Validation.update(old.kind(), old.content(), object.content(), validated(subresource)));
        if (Deletion.over(object, rules)) {
            return removed(draft, found, object, verb, circumstances);
        }
        return write(draft, found.entry(), object, verb, subresource, warnings);
    }

    private static String validated(String subresource) {
        return subresource.equals(SCALE) ? "" : subresource;
    }

    // --- patch

    private Planned patch(Draft draft, Intent.Patch intent, Circumstances circumstances) {
        Found found = find(draft, intent.kind(), intent.target(), intent.expect());
        String version = Long.toString(found.entry().revision());
        boolean scale = intent.subresource().equals(SCALE);
        Typed current = scale
                ? ScaleOf.read(found.object(), version)
                : found.object()
                        .withMeta(found.object().meta().withResourceVersion(version))
                        .content();
        Decoded<? extends Typed> patched = patched(current, intent);
        List<String> warnings = judged(intent, patched.problems());
        if (scale) {
            return scaled(draft, found, (Scale) patched.object(), "patch", warnings, circumstances);
        }
        ApiObject object = found.object().replacing(patched.object());
        refuseOtherName(intent.target().name(), object.meta().name());
        refuseForeignNamespace(intent.kind(), intent.target().namespace(), object.meta());
        return replace(draft, found, object, intent.subresource(), "patch", warnings, circumstances);
    }

    private static Decoded<? extends Typed> patched(Typed current, Intent.Patch intent) {
        RecordType<? extends Typed> type = current.recordType();
        ObjectNode before = Json.toTree(current);
        try {
            ObjectNode after = Patch.apply(intent.type(), type.schema(), before, intent.patch());
            if (!before.path("kind").equals(after.path("kind"))
                    || !before.path("apiVersion").equals(after.path("apiVersion"))) {
                throw new StatusException(
                        ApiStatus.badRequest("the patch changes apiVersion or kind, which name the type"));
            }
            return Json.fromTree(type, after);
        } catch (PatchException refused) {
            throw new StatusException(
                    ApiStatus.of(refused.code(), refused.reason(), String.valueOf(refused.getMessage())));
        } catch (MalformedException broken) {
            throw unfit(intent, String.valueOf(broken.getMessage()));
        }
    }

    private static List<String> judged(Intent.Patch intent, List<String> problems) {
        try {
            return intent.validation().judge(problems);
        } catch (StatusException strict) {
            throw unfit(intent, strict.status().message());
        }
    }

    /// A patch that can be applied but leaves no object of the kind is invalid, as Kubernetes has it.
    private static StatusException unfit(Intent.Patch intent, String why) {
        String patch = intent.patch().toString();
        String shown = patch.length() > PATCH_SHOWN_MAX ? patch.substring(0, PATCH_SHOWN_MAX) + "…" : patch;
        return Metadata.invalid(
                intent.kind(),
                intent.target().name(),
                "FieldValueInvalid",
                "Invalid value: %s: %s".formatted(shown, why),
                "patch");
    }

    // --- delete

    private Planned delete(
            Draft draft,
            Kind kind,
            Key target,
            DeleteOptions options,
            @Nullable Long expect,
            Circumstances circumstances) {
        Found found = find(draft, kind, target, expect);
        return delete(draft, found, found.object(), options, circumstances);
    }

    private Planned delete(
            Draft draft, Found found, ApiObject object, DeleteOptions options, Circumstances circumstances) {
        Kind kind = object.kind();
        KindRules rules = RuleBook.of(kind);
        String name = object.meta().name();
        Preconditions.ofDelete(kind, object.meta(), found.entry().revision(), options.preconditions());
        if (rules.undeletable().contains(name)) {
            throw new StatusException(ApiStatus.forbidden(
                    kind.group(), kind.plural(), name, "this " + kind.singular() + " may not be deleted"));
        }
        ApiObject ending = Deletion.begin(object, options, rules, draft, circumstances);
        return ending == null
                ? removed(draft, found, object, "delete", circumstances)
                : write(draft, found.entry(), ending, "delete", "", List.of());
    }

    private Planned evict(Draft draft, Intent.Evict intent, Circumstances circumstances) {
        Found found = find(draft, intent.kind(), intent.target(), intent.expect());
        DeleteOptions options = intent.eviction().deleteOptions();
        ApiObject disrupted = PodEviction.disrupt(found.object(), circumstances);
        return delete(draft, found, disrupted, options == null ? DeleteOptions.EMPTY : options, circumstances);
    }

    private Planned removed(Draft draft, Found found, ApiObject last, String verb, Circumstances circumstances) {
        var attempt = new Attempt(Attempt.Kind.REMOVE, last, found.object(), "", draft, circumstances);
        Admission.run(allocations, attempt);
        draft.delete(found.entry().key(), verb);
        return new Planned.Removed(last, List.of());
    }

    // --- shared

    private record Found(Entry entry, ApiObject object) {}

    private Found find(Draft draft, Kind kind, Key key, @Nullable Long expect) {
        Entry entry = draft.get(key);
        if (entry == null) {
            throw new StatusException(ApiStatus.notFound(kind.group(), kind.plural(), key.name()));
        }
        Preconditions.revision(kind, key.name(), expect, entry.revision());
        return new Found(entry, new ApiObject(kind, codec.decode(entry.schema(), entry.value())));
    }

    private ApiObject admitted(Attempt attempt) {
        ApiObject object = defaulted(attempt.object());
        object = defaulted(Admission.run(admissions, attempt.with(object)));
        return Admission.run(allocations, attempt.with(object));
    }

    private static ApiObject defaulted(ApiObject object) {
        return object.replacing(Defaulting.apply(object.content()));
    }

    /// Drafts the new state, unless it is the old one. Then it stays a guard, so that a decision that rests on the
    /// object being so is not overtaken.
    private Planned write(
            Draft draft, Entry entry, ApiObject object, String verb, String subresource, List<String> warnings) {
        byte[] value = Binary.encode(object.content());
        long schema = object.content().recordType().fingerprint();
        byte[] before =
                entry.schema() == schema ? entry.value() : Binary.encode(codec.decode(entry.schema(), entry.value()));
        if (Arrays.equals(before, value)) {
            draft.demand(entry.key(), Condition.AT, entry.revision());
            return new Planned.Unchanged(object, entry, warnings);
        }
        draft.put(entry.key(), verb, subresource, schema, value);
        return new Planned.Put(object, value, false, warnings);
    }

    private static ApiObject empty(Kind kind) {
        return new ApiObject(kind, Json.decode(kind.type(), NOTHING).object());
    }
}
