package dev.shiplog.api.bootstrap;

/// Where pods reach the API servers: an address of a host, never loopback.
public record ApiAddress(String ip, int port) {}
