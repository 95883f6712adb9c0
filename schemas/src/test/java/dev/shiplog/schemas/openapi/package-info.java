@NullMarked
package dev.shiplog.schemas.openapi;

import org.jspecify.annotations.NullMarked;
