package dev.shiplog.store.journal;

import dev.shiplog.schemas.StoreName;

/// The hash that a follower had at a position; any other must have had the same.
///
/// @param revision the store's revision there
public record HashMark(StoreName store, long position, long revision, String hash) {

    /// How many records lie between two marks.
    public static final int EVERY = 65_536;
}
