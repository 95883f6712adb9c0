@NullMarked
package dev.shiplog.schemas.table;

import org.jspecify.annotations.NullMarked;
