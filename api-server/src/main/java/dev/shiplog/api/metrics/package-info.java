/// What the API server counts and measures, and the page that shows it.
@NullMarked
package dev.shiplog.api.metrics;

import org.jspecify.annotations.NullMarked;
