@NullMarked
package dev.shiplog.schemas.validation;

import org.jspecify.annotations.NullMarked;
