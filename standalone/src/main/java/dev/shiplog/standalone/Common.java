package dev.shiplog.standalone;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/// The flags that every command has.
final class Common {
    @Option(names = "--data", paramLabel = "DIR", description = "where the cluster lives (root: /var/lib/shiplog)")
    @Nullable
    Path data;

    @Option(names = "--json", description = "print exactly one JSON object on stdout")
    boolean json;

    @Option(names = "--debug", description = "print stack traces and debug logs")
    boolean debug;

    @Option(names = "--timeout", paramLabel = "60s", converter = Durations.class, description = "how long to wait")
    @Nullable
    Duration timeout;

    @Option(names = "--config", paramLabel = "FILE", description = "flags as YAML; flag beats environment beats file")
    @Nullable
    Path config;

    @Option(names = "--help", usageHelp = true, description = "show this help")
    boolean help;

    Data data() {
        return new Data(data != null ? data : Data.defaultDirectory());
    }

    Duration timeout(Duration otherwise) {
        return timeout != null ? timeout : otherwise;
    }

    /// Reads `90s`, `5m`, `1h30m`, `250ms`, or plain seconds.
    static final class Durations implements ITypeConverter<Duration> {
        private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d)");

        @Override
        public Duration convert(String text) {
            if (text.matches("\\d+")) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            if (!text.matches("(\\d+(ms|s|m|h|d))+")) {
                throw new CommandLine.TypeConversionException("'" + text + "' is no duration such as 60s or 5m");
            }
            Duration sum = Duration.ZERO;
            Matcher part = PART.matcher(text);
            while (part.find()) {
                long amount = Long.parseLong(part.group(1));
                sum = sum.plus(
                        switch (part.group(2)) {
                            case "ms" -> Duration.ofMillis(amount);
                            case "s" -> Duration.ofSeconds(amount);
                            case "m" -> Duration.ofMinutes(amount);
                            case "h" -> Duration.ofHours(amount);
                            default -> Duration.ofDays(amount);
                        });
            }
            return sum;
        }
    }
}
