package dev.shiplog.store.broker;

import dev.shiplog.schemas.KafkaEndpoint;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The users' passwords, kept as one file of complete client settings per user, readable by the owner only.
public final class Credentials {
    private static final int PASSWORD_BYTES = 24;
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    private static final Pattern PASSWORD = Pattern.compile("password=\"([^\"]+)\"");

    private final Map<KafkaUser, String> passwords;

    private Credentials(Map<KafkaUser, String> passwords) {
        this.passwords = passwords;
    }

    /// Where one user's settings are.
    public static Path file(Path directory, KafkaUser user) {
        return directory.resolve(user.text() + ".properties");
    }

    /// The settings of one user as an earlier start wrote them; for processes without the broker role.
    public static KafkaEndpoint endpoint(Path directory, KafkaUser user) throws IOException {
        return KafkaEndpoint.of(load(file(directory, user)));
    }

    /// Keeps the passwords that are there and makes up those that are missing. The address is written anew,
    /// because the ports may have changed since.
    static Credentials prepare(Path directory, String bootstrapServers, SecureRandom random) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        Map<KafkaUser, String> passwords = new EnumMap<>(KafkaUser.class);
        for (KafkaUser user : KafkaUser.values()) {
            Path file = file(directory, user);
            Properties before = Files.exists(file) ? load(file) : new Properties();
            Matcher login = PASSWORD.matcher(before.getProperty("sasl.jaas.config", ""));
            String password = login.find() ? login.group(1) : made(random);
            passwords.put(user, password);
            Properties now = new Properties();
            now.put("bootstrap.servers", bootstrapServers);
            now.putAll(security(user, password));
            if (!now.equals(before)) {
                store(file, now);
            }
        }
        return new Credentials(passwords);
    }

    private static String made(SecureRandom random) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    KafkaEndpoint endpoint(KafkaUser user, String bootstrapServers) {
        return new KafkaEndpoint(bootstrapServers, security(user, password(user)));
    }

    /// What the client listener knows: everyone, and itself as the client of its own listener.
    String serverLogin() {
        return LOGIN + self()
                + passwords.entrySet().stream()
                        .map(entry -> " user_%s=\"%s\"".formatted(entry.getKey().text(), entry.getValue()))
                        .collect(Collectors.joining())
                + ";";
    }

    /// What the KRaft listener knows: the broker only.
    String controllerLogin() {
        return LOGIN + self() + " user_%s=\"%s\";".formatted(KafkaUser.BROKER.text(), password(KafkaUser.BROKER));
    }

    private String self() {
        return " username=\"%s\" password=\"%s\"".formatted(KafkaUser.BROKER.text(), password(KafkaUser.BROKER));
    }

    private String password(KafkaUser user) {
        return passwords.getOrDefault(user, "");
    }

    private static Map<String, String> security(KafkaUser user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                LOGIN + " username=\"%s\" password=\"%s\";".formatted(user.text(), password));
    }

    private static Properties load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        return properties;
    }

    /// Created with its permissions and put in place whole, so that no other user and no reader sees it half done.
    private static void store(Path file, Properties properties) throws IOException {
        StringWriter text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, text.toString());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
