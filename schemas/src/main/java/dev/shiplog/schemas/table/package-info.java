/// Objects as rows of a table, as `kubectl get` shows them, and as their metadata alone.
@NullMarked
package dev.shiplog.schemas.table;

import org.jspecify.annotations.NullMarked;
