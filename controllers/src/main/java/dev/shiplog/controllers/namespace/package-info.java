/// Namespaces, and what each of them is given.
@NullMarked
package dev.shiplog.controllers.namespace;

import org.jspecify.annotations.NullMarked;
