package dev.shiplog.store.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a verification found.
public record VerifyReport(List<StoreReport> stores) {

    public VerifyReport {
        stores = List.copyOf(stores);
    }

    public boolean equal() {
        return stores.stream().allMatch(StoreReport::equal);
    }

    /// One store: the hash of the state as a follower that begins at a checkpoint has it, as a replay has it,
    /// and as the last record per key of the output topics has it.
    ///
    /// @param topicsHash null when topics were not asked for
    /// @param difference the first key that differs and how, null when all is equal
    public record StoreReport(
            String store,
            long revision,
            String viewHash,
            String replayHash,
            @Nullable String topicsHash,
            @Nullable String difference) {

        public boolean equal() {
            return difference == null
                    && viewHash.equals(replayHash)
                    && (topicsHash == null || topicsHash.equals(viewHash));
        }
    }
}
