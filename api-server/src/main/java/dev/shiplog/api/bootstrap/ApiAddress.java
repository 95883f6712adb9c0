package dev.shiplog.api.bootstrap;

/// Where pods reach the API servers: an address of a host, never loopback.
public record ApiAddress(String ip, int port) {

    /// A name of the API server at this address that is a legal Kafka identifier.
    String instance() {
        return "api-" + ip.replace(':', '-') + "-" + port;
    }
}
