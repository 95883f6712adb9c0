/// The Kafka broker that runs inside Shiplog when no other is named.
@NullMarked
package dev.shiplog.store.broker;

import org.jspecify.annotations.NullMarked;
