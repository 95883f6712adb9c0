/// The kinds as data and one engine over them.
@NullMarked
package dev.shiplog.schemas;

import org.jspecify.annotations.NullMarked;
