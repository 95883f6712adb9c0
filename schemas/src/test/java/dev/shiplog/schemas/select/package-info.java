@NullMarked
package dev.shiplog.schemas.select;

import org.jspecify.annotations.NullMarked;
