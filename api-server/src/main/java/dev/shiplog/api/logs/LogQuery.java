package dev.shiplog.api.logs;

import dev.shiplog.api.http.ApiStatus;
import dev.shiplog.api.http.Query;
import dev.shiplog.api.http.StatusException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What part of a log is wanted, checked as Kubernetes checks `PodLogOptions`.
///
/// @param parameters name and value of each parameter that the node shall honour, in order
record LogQuery(boolean follow, List<Parameter> parameters) {

    record Parameter(String name, String value) {}

    /// @throws StatusException 400 or 422
    static LogQuery of(Query query, String pod) {
        var parameters = new ArrayList<Parameter>();
        var problems = new ArrayList<ApiStatus.Cause>();
        for (String flag : List.of("follow", "previous", "timestamps")) {
            if (query.flag(flag)) {
                parameters.add(new Parameter(flag, "true"));
            }
        }
        number(query, "tailLines", 0, parameters, problems);
        number(query, "limitBytes", 1, parameters, problems);
        number(query, "sinceSeconds", 1, parameters, problems);
        String sinceTime = query.text("sinceTime");
        if (!sinceTime.isEmpty()) {
            parameters.add(new Parameter("sinceTime", time(sinceTime)));
            if (query.has("sinceSeconds")) {
                problems.add(new ApiStatus.Cause(
                        "FieldValueForbidden",
                        "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
                        ""));
            }
        }
        if (!problems.isEmpty()) {
            throw new StatusException(ApiStatus.invalid("", "PodLogOptions", pod, problems));
        }
        return new LogQuery(query.flag("follow"), parameters);
    }

    private static void number(
            Query query, String name, long least, List<Parameter> parameters, List<ApiStatus.Cause> problems) {
        @Nullable Long value = query.number(name);
        if (value == null) {
            return;
        }
        parameters.add(new Parameter(name, value.toString()));
        if (value < least) {
            String bound = "must be greater than " + (least == 0 ? "or equal to 0" : "0");
            problems.add(
                    new ApiStatus.Cause("FieldValueInvalid", "Invalid value: %d: %s".formatted(value, bound), name));
        }
    }

    private static String time(String text) {
        try {
            return Instant.parse(text).toString();
        } catch (DateTimeParseException _) {
            throw new StatusException(
                    ApiStatus.badRequest("sinceTime \"" + text + "\" is no time in the form of RFC 3339"));
        }
    }
}
