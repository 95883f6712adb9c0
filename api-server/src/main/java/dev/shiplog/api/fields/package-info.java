/// Fields that are accepted and that nothing honours: found by schema, told to whoever sets them, and listed.
@NullMarked
package dev.shiplog.api.fields;

import org.jspecify.annotations.NullMarked;
