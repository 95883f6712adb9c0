/// The store's topics on Kafka: the journal, the checkpoints, what topics there are and how records find their
/// partition.
@NullMarked
package dev.shiplog.store.kafka;

import org.jspecify.annotations.NullMarked;
