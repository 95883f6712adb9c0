@NullMarked
package dev.shiplog.schemas.project;

import org.jspecify.annotations.NullMarked;
