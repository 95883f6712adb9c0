/// `/livez`, `/readyz` and `/healthz`.
@NullMarked
package dev.shiplog.api.health;

import org.jspecify.annotations.NullMarked;
