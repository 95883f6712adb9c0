/// The benchmarks: load from another process over the sockets that users use, with the peer in the same run.
@NullMarked
package dev.shiplog.standalone.bench;

import org.jspecify.annotations.NullMarked;
