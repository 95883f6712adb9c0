/// Deleting what nothing owns any more, and what has had its time.
@NullMarked
package dev.shiplog.controllers.garbage;

import org.jspecify.annotations.NullMarked;
