package dev.shiplog.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationsTest {

    @Test
    void goDurationsAreUnderstood() {
        assertThat(Durations.parse("1m30s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(Durations.parse("1.5h")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(Durations.parse("0")).isZero();
    }

    @Test
    void anythingElseIsNone() {
        assertThat(Durations.parse("")).isNull();
        assertThat(Durations.parse("30")).isNull();
        assertThat(Durations.parse("-1s")).isNull();
        assertThat(Durations.parse("1s x")).isNull();
        assertThat(Durations.parse("999999999999h")).isNull();
    }
}
