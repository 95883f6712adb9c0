/// Label selectors and field selectors: which objects a list, a watch or a controller means.
@NullMarked
package dev.shiplog.schemas.select;

import org.jspecify.annotations.NullMarked;
