package dev.shiplog.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Where a flag that was not given gets its value: `SHIPLOG_SOME_FLAG`, else `some-flag:` in the file of `--config`.
final class Defaults implements IDefaultValueProvider {
    private final Map<String, String> environment;
    private final Map<String, String> file;

    Defaults(Map<String, String> environment, String... arguments) {
        this.environment = Map.copyOf(environment);
        this.file = read(configFile(environment, List.of(arguments)));
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String flag = option.longestName();
        if (!flag.startsWith("--") || flag.equals("--help") || flag.equals("--version")) {
            return null;
        }
        String name = flag.substring(2);
        String value =
                environment.get("SHIPLOG_" + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        return value != null ? value : file.get(name);
    }

    private static @Nullable String configFile(Map<String, String> environment, List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith("--config=")) {
                return argument.substring("--config=".length());
            }
            if (argument.equals("--config") && i + 1 < arguments.size()) {
                return arguments.get(i + 1);
            }
        }
        return environment.get("SHIPLOG_CONFIG");
    }

    private static Map<String, String> read(@Nullable String file) {
        if (file == null) {
            return Map.of();
        }
        Object document;
        try {
            document = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of(file)));
        } catch (IOException | YamlEngineException problem) {
            throw unusable(file, String.valueOf(problem.getMessage()));
        }
        if (document == null) {
            return Map.of();
        }
        if (!(document instanceof Map<?, ?> map)) {
            throw unusable(file, "not a map of flags");
        }
        var values = new TreeMap<String, String>();
        map.forEach((name, value) -> values.put(String.valueOf(name), text(value)));
        return values;
    }

    private static String text(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(value);
    }

    private static Stop unusable(String file, String why) {
        return new Stop(
                ExitCode.USAGE,
                "the configuration file %s cannot be read: %s".formatted(file, why.replaceAll("\\s*\\R\\s*", " ")),
                "Write it as YAML, one flag a line without its dashes");
    }
}
