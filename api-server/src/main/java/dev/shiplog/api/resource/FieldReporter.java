package dev.shiplog.api.resource;

import dev.shiplog.api.admission.ApiObject;

/// Hears of every object that a user created or changed, to tell them which of its fields nothing honours. Must not
/// block.
public interface FieldReporter {
    void written(ApiObject object);
}
