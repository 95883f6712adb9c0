/// `pods/log`: container logs, fetched from the node that has them.
@NullMarked
package dev.shiplog.api.logs;

import org.jspecify.annotations.NullMarked;
