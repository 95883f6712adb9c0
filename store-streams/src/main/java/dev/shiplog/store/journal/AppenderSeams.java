package dev.shiplog.store.journal;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What an appender takes from the world around it.
///
/// @param writerIds makes an id that no writer ever had, for each session
/// @param later runs a task after a while
/// @param space tells what has no room left
/// @param schemas knows the text of each schema that a value may have
public record AppenderSeams(Supplier<UUID> writerIds, Later later, Space space, SchemaTexts schemas) {

    public interface Later {
        void run(Duration after, Runnable task);
    }

    public interface Space {
        /// The disk that has no room for another record, or null.
        @Nullable
        String full();
    }

    public interface SchemaTexts {
        /// The stripped schema with this fingerprint, as JSON.
        String text(long fingerprint);
    }
}
