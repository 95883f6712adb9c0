/// The programs that `bench` runs to measure the journal: a broker, and a load, each in a process of its own.
@NullMarked
package dev.shiplog.store.bench;

import org.jspecify.annotations.NullMarked;
