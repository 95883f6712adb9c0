/// JSON patch, JSON merge patch and Kubernetes' strategic merge patch, on JSON trees.
@NullMarked
package dev.shiplog.schemas.patch;

import org.jspecify.annotations.NullMarked;
