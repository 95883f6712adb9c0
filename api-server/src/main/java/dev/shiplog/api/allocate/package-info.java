/// Addresses, node ports and pod ranges, each given once: as guarded keys in the transaction of their owner.
@NullMarked
package dev.shiplog.api.allocate;

import org.jspecify.annotations.NullMarked;
