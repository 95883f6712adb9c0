package dev.shiplog.api.fields;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.Catalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/fields.md` says what the declarations of the components come to, and only ever gets shorter.
///
/// `-Dshiplog.fields.write=true` writes the page anew, unless it would grow.
class FieldsPageTest {
    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Path PAGE = ROOT.resolve("docs/fields.md");

    /// How many fields the page may list. Lower it whenever the page gets shorter.
    private static final int FIELDS_MAX = 85;

    private static Honours declared() throws IOException {
        var lines = new ArrayList<String>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.sorted().toList()) {
                Path honours = module.resolve("src/main/resources/shiplog/honours");
                for (String component : Honours.COMPONENTS) {
                    Path file = honours.resolve(component + ".txt");
                    if (Files.exists(file)) {
                        lines.addAll(Files.readAllLines(file));
                    }
                }
            }
        }
        return Honours.of(lines.stream());
    }

    @Test
    void thePageOfFieldsWithoutEffectIsUpToDateAndDoesNotGrow() throws IOException {
        String page = new FieldsReport(Catalog.builtIn(), declared()).markdown();
        List<String> before = Files.exists(PAGE) ? Files.readAllLines(PAGE) : List.of();

        if (Boolean.getBoolean("shiplog.fields.write")) {
            var grown = new TreeSet<>(page.lines().toList());
            before.forEach(grown::remove);
            assertThat(before.isEmpty() ? List.of() : grown)
                    .as("fields that had an effect and have none any more")
                    .isEmpty();
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(page);
        assertThat(page.lines().filter(line -> line.startsWith("- "))).hasSizeLessThanOrEqualTo(FIELDS_MAX);
    }

    @Test
    void everyDeclarationNamesAFieldThatExists() throws IOException {
        Honours honours = declared();
        var unknown = new ArrayList<String>();
        for (var kind : Catalog.builtIn().kinds()) {
            Honours.Tree tree = honours.of(FieldsReport.name(kind));
            if (tree != null) {
                new FieldWalk(honours)
                        .unknown(kind.schema(), tree)
                        .forEach(path -> unknown.add(FieldsReport.name(kind) + " " + path));
            }
        }

        assertThat(unknown).isEmpty();
    }
}
