package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.journal.Key;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    @ParameterizedTest
    @CsvSource({
        "core/pods/default/web, '', pods, default, web",
        "core/nodes/-/n1, '', nodes, '', n1",
        "apps/deployments/a/b, apps, deployments, a, b",
        "~/ip/-/10.43.0.7, ~, ip, '', 10.43.0.7",
    })
    void aKeyHasOneText(String text, String group, String resource, String namespace, String name) {
        Key key = new Key(group, resource, namespace, name);

        assertThat(Keys.text(key)).isEqualTo(text);
        assertThat(Keys.parse(text)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b/c", "/pods/a/b", "core//a/b", "core/pods//b", "core/pods/a/"})
    void whatIsNoKeyIsRefused(String text) {
        assertThatThrownBy(() -> Keys.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysAreOrderedByGroupResourceNamespaceAndName() {
        Key[] ordered = {
            new Key("", "nodes", "", "b"),
            new Key("", "pods", "a", "z"),
            new Key("", "pods", "b", "a"),
            new Key("", "pods", "b", "b"),
            new Key("apps", "deployments", "a", "a"),
            Keys.ip("10.43.0.1"),
        };

        assertThat(Stream.of(ordered[4], ordered[2], ordered[5], ordered[0], ordered[3], ordered[1])
                        .sorted(Keys.ORDER))
                .containsExactly(ordered);
    }

    @Test
    void internalKeysSayWhatTheyGuard() {
        assertThat(Keys.text(Keys.tenure("deployment", 3))).isEqualTo("~/tenure/-/deployment.3");
        assertThat(Keys.text(Keys.schema(255))).isEqualTo("~/schema/-/00000000000000ff");
        assertThat(Keys.text(Keys.open("default"))).isEqualTo("~/open/-/default");
        assertThat(Keys.isInternal(Keys.nodePort(30080))).isTrue();
        assertThat(Fingerprints.parse(Fingerprints.hex(-2))).isEqualTo(-2);
    }
}
