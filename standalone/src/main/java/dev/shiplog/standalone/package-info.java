/// All roles in one process, and the command line.
@NullMarked
package dev.shiplog.standalone;

import org.jspecify.annotations.NullMarked;
