/// Pure projections of objects into what agents consume: assignments for nodes, routes for proxies.
@NullMarked
package dev.shiplog.schemas.project;

import org.jspecify.annotations.NullMarked;
