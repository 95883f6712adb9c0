/// Deployments and ReplicaSets.
@NullMarked
package dev.shiplog.controllers.workload;

import org.jspecify.annotations.NullMarked;
