package dev.shiplog.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.schemas.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// kubernetes.io/docs/concepts/containers/images, "Interpretation of config.json".
class KeyringTest {
    private static Map<String, Bytes> secret(String registry, String user) {
        String auth = Base64.getEncoder().encodeToString((user + ":pass:word").getBytes(StandardCharsets.UTF_8));
        return Map.of(
                ".dockerconfigjson", Bytes.utf8("{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry, auth)));
    }

    @ParameterizedTest
    @CsvSource({
        "my-registry.example/images, my-registry.example/images/my-app:1, true",
        "my-registry.example/images, my-registry.example/other/my-app:1, false",
        "my-registry.example, my-registry.example/a/b/c, true",
        "*.my-registry.example, a.my-registry.example/x, true",
        "*.my-registry.example, a.b.my-registry.example/x, false",
        "*.my-registry.example, my-registry.example/x, false",
        "prefix*.example, prefix-more.example/x, true",
        "registry.*, registry.example/x, true",
        "registry.*, registry.example:5000/x, false",
        "localhost:5000, localhost:5000/x:1, true",
        "localhost:5000, localhost:5001/x:1, false",
        "localhost, localhost:5000/x:1, false",
        "https://my-registry.example/v2/, my-registry.example/x, true",
        "https://index.docker.io/v1/, busybox:1, true",
        "https://index.docker.io/v1/, library/busybox, true",
        "docker.io, busybox, true",
        "my-registry.example, busybox, false"
    })
    void aLoginIsForTheRegistryAndPathThatItNames(String registry, String image, boolean expected) {
        var keyring = new Keyring();

        assertThat(keyring.add(secret(registry, "me"))).isTrue();
        assertThat(keyring.lookup(image)).hasSize(expected ? 1 : 0);
    }

    @Test
    void thePasswordIsWhatFollowsTheFirstColon() {
        var keyring = new Keyring();
        keyring.add(secret("r.example", "me"));

        assertThat(keyring.lookup("r.example/x")).containsExactly(new Keyring.Login("me", "pass:word"));
        assertThat(keyring.lookup("r.example/x").getFirst().toString()).doesNotContain("word");
    }

    @Test
    void theLongestPathGoesFirst() {
        var keyring = new Keyring();
        keyring.add(secret("r.example", "anyone"));
        keyring.add(secret("r.example/team/app", "app"));
        keyring.add(secret("r.example/team", "team"));

        assertThat(keyring.lookup("r.example/team/app:1").stream().map(Keyring.Login::user))
                .containsExactly("app", "team", "anyone");
    }

    @Test
    void theOldFormatAndPlainPasswordsWork() {
        var keyring = new Keyring();

        assertThat(keyring.add(
                        Map.of(".dockercfg", Bytes.utf8("{\"r.example\":{\"username\":\"me\",\"password\":\"p\"}}"))))
                .isTrue();
        assertThat(keyring.lookup("r.example/x")).containsExactly(new Keyring.Login("me", "p"));
    }

    @Test
    void whatIsNoPullSecretIsSaidToBeNone() {
        var keyring = new Keyring();

        assertThat(keyring.add(Map.of("other", Bytes.utf8("x")))).isFalse();
        assertThat(keyring.add(Map.of(".dockerconfigjson", Bytes.utf8("{")))).isFalse();
        assertThat(keyring.add(Map.of(".dockerconfigjson", Bytes.utf8("{\"auths\":{\"r\":{\"auth\":\"%%\"}}}"))))
                .isFalse();
        assertThat(keyring.lookup("r/x")).isEmpty();
    }
}
