package dev.shiplog.api.fields;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Collects the declarations of all components from the class path.
public final class HonoursRegistry {
    private HonoursRegistry() {}

    public static Honours load(ClassLoader loader) {
        List<String> lines = new ArrayList<>();
        for (String component : Honours.COMPONENTS) {
            try (InputStream in = loader.getResourceAsStream("shiplog/honours/" + component + ".txt")) {
                if (in != null) {
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                            .lines()
                            .forEach(lines::add);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Honours.of(lines.stream());
    }
}
