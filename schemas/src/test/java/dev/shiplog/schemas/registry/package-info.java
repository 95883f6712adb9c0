@NullMarked
package dev.shiplog.schemas.registry;

import org.jspecify.annotations.NullMarked;
