/// Answers on the agent's own ports: logs, health, pods, metrics.
@NullMarked
package dev.shiplog.node.server;

import org.jspecify.annotations.NullMarked;
