package dev.shiplog.proxy;

/// A port of this node that leads to a pod.
///
/// @param id a name that is unique in the table (`uid/container/protocol/port`)
/// @param protocol `tcp`, `udp` or `sctp`
/// @param hostAddress the only address of the node on which it answers; empty = all of them
record HostPort(String id, String protocol, String hostAddress, int port, Backend.Target target) {}
