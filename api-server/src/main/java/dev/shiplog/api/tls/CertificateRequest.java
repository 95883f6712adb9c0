package dev.shiplog.api.tls;

import java.util.List;

/// What a leaf certificate shall say.
///
/// @param user the common name: who its holder is
/// @param groups the organizations: the groups of its holder
/// @param hosts DNS names and IP addresses that it may serve as; empty for one that only is a client
record CertificateRequest(String user, List<String> groups, List<String> hosts) {
    CertificateRequest {
        groups = List.copyOf(groups);
        hosts = hosts.stream().distinct().toList();
    }
}
