/// The objects that a cluster begins with.
@NullMarked
package dev.shiplog.api.bootstrap;

import org.jspecify.annotations.NullMarked;
