package dev.shiplog.store.history;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An index that has to be made anew.
final class DamagedIndex extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedIndex(String why, @Nullable Throwable cause) {
        super(why, cause);
    }
}
