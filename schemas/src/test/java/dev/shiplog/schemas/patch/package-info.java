@NullMarked
package dev.shiplog.schemas.patch;

import org.jspecify.annotations.NullMarked;
