package dev.shiplog.api.resource;

import dev.shiplog.api.http.Identity;
import dev.shiplog.journal.Origin;

/// Who makes a write: as admission sees them, and as the journal records them.
public record Author(Identity identity, Origin origin) {}
