package dev.shiplog.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesTest {
    private static final Instant OLD = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "'', busybox, ALWAYS",
        "'', busybox:latest, ALWAYS",
        "'', localhost:5000/busybox, ALWAYS",
        "'', localhost:5000/busybox:1, IF_NOT_PRESENT",
        "'', busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000, IF_NOT_PRESENT",
        "Never, busybox, NEVER",
        "IfNotPresent, busybox, IF_NOT_PRESENT"
    })
    void theTagDecidesWhenThePolicyDoesNot(String policy, String image, PullPolicy expected) {
        assertThat(PullPolicy.of(policy, image)).isEqualTo(expected);
    }

    @Test
    void unusedImagesGoLongestUnusedFirstUntilEnoughIsFree() {
        var disk = new ImageCollection.Disk(1_000, 900);
        var images = List.of(
                new ImageCollection.Stored("young", 90, OLD.plusSeconds(9)),
                new ImageCollection.Stored("old", 60, OLD),
                new ImageCollection.Stored("used", 500, OLD.minusSeconds(1)),
                new ImageCollection.Stored("middle", 50, OLD.plusSeconds(5)));

        assertThat(ImageCollection.DEFAULT.remove(disk, images, Set.of("used"))).containsExactly("old", "middle");
        assertThat(ImageCollection.DEFAULT.remove(new ImageCollection.Disk(1_000, 840), images, Set.of()))
                .isEmpty();
    }
}
