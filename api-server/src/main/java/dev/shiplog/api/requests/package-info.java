/// Changes that system components ask for, admitted like anyone's.
@NullMarked
package dev.shiplog.api.requests;

import org.jspecify.annotations.NullMarked;
