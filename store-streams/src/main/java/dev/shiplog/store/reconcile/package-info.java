/// Reconcilers: pure functions from tables to requests, the desk that works through what they must look at, and the
/// two hosts that feed it (DESIGN, "Scheduler and controllers").
@NullMarked
package dev.shiplog.store.reconcile;

import org.jspecify.annotations.NullMarked;
