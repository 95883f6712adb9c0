/// What must happen to an object, or forbid it, before it is written: one small file per rule.
@NullMarked
package dev.shiplog.api.admission;

import org.jspecify.annotations.NullMarked;
