/// Who a caller is, and what it may do.
@NullMarked
package dev.shiplog.api.auth;

import org.jspecify.annotations.NullMarked;
