/// What a new user does, done by a test: the script, kubectl, curl, real containers.
@NullMarked
package dev.shiplog.standalone.e2e;

import org.jspecify.annotations.NullMarked;
