package dev.shiplog.store.broker;

/// The principals of the embedded broker. Each has a generated password and may do only what its part needs.
public enum KafkaUser {
    API_SERVER("api-server"),
    STORE("store"),
    COMPONENTS("components"),
    REGISTRY("registry"),
    AGENTS("agents"),
    ADMIN("admin"),
    /// The broker itself; the only one that may do everything.
    BROKER("broker");

    private final String text;

    KafkaUser(String text) {
        this.text = text;
    }

    /// The name as it stands in credentials and permissions.
    public String text() {
        return text;
    }
}
