package dev.shiplog.node;

import dev.shiplog.node.status.NodeReport;

/// Knows how a node is, and is told what it was given.
interface NodeReporter {
    NodeReport report();

    /// The range from which the node's pods get their addresses; may come again.
    void podRange(String range);
}
