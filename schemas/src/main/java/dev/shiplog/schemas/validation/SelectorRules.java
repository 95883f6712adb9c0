package dev.shiplog.schemas.validation;

import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.LabelSelectorRequirement;

/// Rules for a label selector in an object. That the operator is known, the schema says.
final class SelectorRules {
    private SelectorRules() {}

    static void check(LabelSelector selector, Path at, Causes causes) {
        MetadataRules.labels(selector.matchLabels(), at.field("matchLabels"), causes);
        for (int i = 0; i < selector.matchExpressions().size(); i++) {
            requirement(
                    selector.matchExpressions().get(i),
                    at.field("matchExpressions").index(i),
                    causes);
        }
    }

    private static void requirement(LabelSelectorRequirement term, Path at, Causes causes) {
        switch (term.operator()) {
            case "In", "NotIn" -> {
                if (term.values().isEmpty()) {
                    causes.required(at.field("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!term.values().isEmpty()) {
                    causes.forbidden(
                            at.field("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> {}
        }
        if (!term.key().isEmpty()) {
            causes.invalid(at.field("key"), term.key(), Names.labelKey(term.key()));
        }
        for (int i = 0; i < term.values().size(); i++) {
            String value = term.values().get(i);
            causes.invalid(at.field("values").index(i), value, Names.labelValue(value));
        }
    }
}
