package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "1000m, 1", "0.5, 500m", "1024Mi, 1Gi", "1Gi, 1Gi", "1e3, 1e3", "1E3, 1e3", "1E, 1E", "1.5Gi, 1536Mi",
                "1000, 1k", "999, 999",
        "0.1Ki, 102400m", "1023, 1023", "1023Ki, 1023Ki", "512Ki, 512Ki", "0, 0", "0Mi, 0", "-5, -5", "-1024Ki, -1Mi",
                "+1, 1", ".5, 500m",
        "5., 5", "0.0000000001, 1n", "1500000u, 1500m", "12e-3, 12e-3", "1e-1, 100e-3",
                "100000000000000000000, 9223372036854775807", "00012, 12", "1000Ki, 1000Ki",
    })
    void theCanonicalFormHasTheLargestSuffixThatLosesNothing(String written, String canonical) {
        assertThat(Quantity.canonical(written)).isEqualTo(canonical);
        assertThat(Quantity.canonical(canonical)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc", "1Kb", "1e", "1.2.3", "+", "1mm", "1 ", " 1", "1i", "mi", "1e+", "1eK", "--1", "1,5", "1e99999",
                "."
            })
    void whatIsNoAmountIsRefused(String text) {
        assertThatThrownBy(() -> Quantity.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("quantities must match");
    }

    @Test
    void amountsCompareByValueWhateverTheirForm() {
        assertThat(Quantity.parse("1024Mi"))
                .isEqualTo(Quantity.parse("1073741824"))
                .hasSameHashCodeAs(Quantity.parse("1Gi"));
        assertThat(Quantity.parse("999m")).isLessThan(Quantity.parse("1"));
        assertThat(Quantity.parse("1G")).isLessThan(Quantity.parse("1Gi"));
    }

    @Test
    void sumsAreExactAndKeepTheFirstForm() {
        assertThat(Quantity.parse("100m").plus(Quantity.parse("0.9"))).hasToString("1");
        assertThat(Quantity.parse("1Gi").minus(Quantity.parse("1"))).hasToString("1073741823");
        assertThat(Quantity.ZERO.plus(Quantity.parse("512Mi"))).hasToString("512Mi");
        assertThat(Quantity.parse("100.1m").milli()).isEqualTo(101);
        assertThat(Quantity.parse("1.1").units()).isEqualTo(2);
    }

    @Test
    void theShortcutForCommonFormsAgreesWithTheLongWay() {
        Random random = new Random(7);
        String[] suffixes = {"", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti"};
        for (int i = 0; i < 20_000; i++) {
            String text = random.nextInt(random.nextBoolean() ? 5000 : 100_000_000)
                    + suffixes[random.nextInt(suffixes.length)];

            assertThat(Quantity.canonical(text)).isEqualTo(Quantity.parse(text).toString());
        }
    }
}
