/// What an object must be before it may be stored: what its schema says of each field, and the rules of its kind.
@NullMarked
package dev.shiplog.schemas.validation;

import org.jspecify.annotations.NullMarked;
