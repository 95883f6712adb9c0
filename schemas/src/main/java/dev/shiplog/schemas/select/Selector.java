package dev.shiplog.schemas.select;

import dev.shiplog.meta.v1.LabelSelector;
import dev.shiplog.meta.v1.LabelSelectorRequirement;
import dev.shiplog.schemas.select.Requirement.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A set of labels, described by terms that must all hold; or nothing at all.
public final class Selector {
    private static final Selector NOTHING = new Selector(List.of(), true);
    private static final Selector EVERYTHING = new Selector(List.of(), false);

    private final List<Requirement> requirements;
    private final boolean nothing;

    private Selector(List<Requirement> requirements, boolean nothing) {
        this.requirements = requirements;
        this.nothing = nothing;
    }

    public static Selector everyLabel() {
        return EVERYTHING;
    }

    /// Reads the `labelSelector` of a request; an empty one selects everything.
    ///
    /// @throws BadSelectorException when it is not in the grammar, or a key or value is no label's
    public static Selector parse(String text) {
        return of(new SelectorParser(text).parse());
    }

    /// The labels that an object's selector means: null selects nothing, an empty one everything.
    ///
    /// @throws BadSelectorException when an operator is unknown or its values do not fit it
    public static Selector of(@Nullable LabelSelector selector) {
        if (selector == null) {
            return NOTHING;
        }
        var requirements = new ArrayList<Requirement>();
        selector.matchLabels()
                .forEach((key, value) -> requirements.add(new Requirement(key, Operator.EQUALS, List.of(value))));
        for (LabelSelectorRequirement term : selector.matchExpressions()) {
            requirements.add(requirement(term));
        }
        return of(requirements);
    }

    /// A plain map of labels, as a Service has; an empty one selects nothing.
    public static Selector ofMap(Map<String, String> labels) {
        return labels.isEmpty()
                ? NOTHING
                : of(labels.entrySet().stream()
                        .map(label -> new Requirement(label.getKey(), Operator.EQUALS, List.of(label.getValue())))
                        .toList());
    }

    private static Selector of(List<Requirement> requirements) {
        return requirements.isEmpty()
                ? EVERYTHING
                : new Selector(
                        requirements.stream()
                                .sorted(Comparator.comparing(Requirement::key))
                                .toList(),
                        false);
    }

    private static Requirement requirement(LabelSelectorRequirement term) {
        Operator operator = switch (term.operator()) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.ABSENT;
            default ->
                throw new BadSelectorException(
                        "\"%s\" is not a valid label selector operator".formatted(term.operator()));
        };
        boolean takesValues = operator == Operator.IN || operator == Operator.NOT_IN;
        if (takesValues == term.values().isEmpty()) {
            throw new BadSelectorException(
                    takesValues
                            ? "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
                            : "values: Invalid value: values set must be empty for exists and does not exist");
        }
        return new Requirement(term.key(), operator, term.values());
    }

    public boolean matches(Map<String, String> labels) {
        if (nothing) {
            return false;
        }
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /// Whether every object is selected, whatever its labels.
    public boolean everything() {
        return !nothing && requirements.isEmpty();
    }

    public boolean nothing() {
        return nothing;
    }

    /// The selector in canonical form, which [#parse] reads; as `status.selector` of a Scale has it.
    public String text() {
        return requirements.stream().map(Requirement::text).collect(Collectors.joining(","));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Selector that && nothing == that.nothing && requirements.equals(that.requirements);
    }

    @Override
    public int hashCode() {
        return requirements.hashCode() * 2 + (nothing ? 1 : 0);
    }

    @Override
    public String toString() {
        return nothing ? "<nothing>" : text();
    }
}
