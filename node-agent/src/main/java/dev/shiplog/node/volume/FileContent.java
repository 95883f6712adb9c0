package dev.shiplog.node.volume;

import dev.shiplog.schemas.Bytes;

/// One file of a volume.
public record FileContent(Bytes bytes, int mode) {}
