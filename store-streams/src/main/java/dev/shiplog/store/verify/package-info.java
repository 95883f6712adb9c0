/// Looks at what is in Kafka: prints topics, and checks that journal, views and outputs say the same.
@NullMarked
package dev.shiplog.store.verify;

import org.jspecify.annotations.NullMarked;
