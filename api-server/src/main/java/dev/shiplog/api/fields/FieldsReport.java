package dev.shiplog.api.fields;

import dev.shiplog.schemas.Catalog;
import dev.shiplog.schemas.Kind;
import java.util.Comparator;
import java.util.List;

/// The page of every field that is accepted and not honoured; it may only shrink.
public final class FieldsReport {
    private final Catalog catalog;
    private final Honours honours;

    public FieldsReport(Catalog catalog, Honours honours) {
        this.catalog = catalog;
        this.honours = honours;
    }

    /// The page as Markdown.
    public String markdown() {
        var page = new StringBuilder("""
                # Fields that are accepted and not honoured

                Every field of the kinds below is validated, stored and given back. Those listed here have no effect yet: an object
                that sets one is accepted, and an Event `FieldNotSupported` names it. A field that is listed stands for everything
                below it; the fields of a pod template are those of a Pod. This page is generated and only ever gets shorter.
                """);
        List<Kind> kinds = catalog.kinds().stream()
                .filter(kind -> kind.store() != null)
                .sorted(Comparator.comparing(FieldsReport::name))
                .toList();
        for (Kind kind : kinds) {
            List<String> paths = paths(kind);
            if (!paths.isEmpty()) {
                page.append("\n## ").append(name(kind)).append("\n\n");
                paths.forEach(path -> page.append("- `").append(path).append("`\n"));
            }
        }
        return page.toString();
    }

    /// The fields of one kind that nothing honours, in order.
    public List<String> paths(Kind kind) {
        return new FieldWalk(honours)
                .ofSchema(kind.schema(), honours.of(name(kind))).stream()
                        .sorted()
                        .toList();
    }

    /// A kind as declarations name it.
    static String name(Kind kind) {
        return (kind.group().isEmpty() ? "core" : kind.group()) + "/" + kind.version() + "/" + kind.kind();
    }
}
