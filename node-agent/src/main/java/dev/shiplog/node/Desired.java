package dev.shiplog.node;

import dev.shiplog.core.v1.Pod;

/// What a node was told about a pod.
///
/// @param revision of the pod; a lower one than what is known is out of date
/// @param gone true when nothing assigns it any more
record Desired(Pod pod, long revision, boolean gone) {}
