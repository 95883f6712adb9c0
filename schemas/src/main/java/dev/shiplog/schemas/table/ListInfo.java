package dev.shiplog.schemas.table;

import org.jspecify.annotations.Nullable;

/// The metadata of a list.
///
/// @param continue_ token for the next page, empty when this is the last
/// @param remaining how many objects follow after this page, null when unknown or none
public record ListInfo(
        String resourceVersion, String continue_, @Nullable Long remaining) {}
