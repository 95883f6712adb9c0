package dev.shiplog.api.auth;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Identity;

/// What authorization says.
public sealed interface Decision {

    record Allowed() implements Decision {}

    /// No rule allows it.
    ///
    /// @param why empty when nothing more can be said than that no rule allows it
    record Denied(String why) implements Decision {}

    /// The 403 of a denial.
    static ApiStatus forbidden(Identity caller, Access access, Denied denied) {
        String tail = denied.why().isEmpty() ? "" : ": " + denied.why();
        if (!access.path().isEmpty()) {
            String sentence =
                    "User \"%s\" cannot %s path \"%s\"%s".formatted(caller.user(), access.verb(), access.path(), tail);
            return ApiStatus.forbidden("", "", "", sentence);
        }
        String where = access.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"" + access.namespace() + "\"";
        String sentence = "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s%s"
                .formatted(caller.user(), access.verb(), access.qualified(), access.group(), where, tail);
        return ApiStatus.forbidden(access.group(), access.resource(), access.name(), sentence);
    }
}
