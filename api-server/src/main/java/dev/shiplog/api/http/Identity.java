package dev.shiplog.api.http;

import java.util.List;
import java.util.Map;

/// Who sent a request, as authentication found it.
///
/// @param uid empty when the credential carries none
public record Identity(String user, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String MASTERS = "system:masters";
    public static final String NODES = "system:nodes";
    public static final String COMPONENTS = "system:shiplog-components";
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String SERVICE_ACCOUNTS = "system:serviceaccounts";
    public static final String NODE_PREFIX = "system:node:";
    public static final String SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";

    /// Before authentication has looked.
    public static final Identity NOBODY = new Identity("", "", List.of(), Map.of());

    public Identity {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    public static Identity of(String user, String... groups) {
        return new Identity(user, "", List.of(groups), Map.of());
    }

    public boolean memberOf(String group) {
        return groups.contains(group);
    }

    /// The name of the node whose agent this is, or an empty text.
    public String nodeName() {
        return memberOf(NODES) && user.startsWith(NODE_PREFIX) ? user.substring(NODE_PREFIX.length()) : "";
    }
}
