package dev.shiplog.api.resource;

/// What a watch event says.
enum EventType {
    ADDED,
    MODIFIED,
    DELETED,
    BOOKMARK,
    ERROR
}
