/// Decides which images to pull and which to remove.
@NullMarked
package dev.shiplog.node.image;

import org.jspecify.annotations.NullMarked;
