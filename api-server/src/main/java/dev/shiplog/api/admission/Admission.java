package dev.shiplog.api.admission;

import dev.shiplog.api.http.StatusException;
import java.util.List;

/// One rule that a write passes before it is appended. It may change the object, add to the draft, or refuse.
/// Rules run in order, after defaulting; what they add is defaulted and validated again.
public interface Admission {

    /// Lets a write pass, changed if need be.
    ///
    /// @return the object to write
    /// @throws StatusException to refuse
    ApiObject admit(Attempt attempt);

    /// Runs an attempt through rules one after the other.
    static ApiObject run(List<Admission> rules, Attempt attempt) {
        ApiObject object = attempt.object();
        for (Admission rule : rules) {
            object = rule.admit(attempt.with(object));
        }
        return object;
    }
}
