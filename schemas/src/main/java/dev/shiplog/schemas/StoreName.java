package dev.shiplog.schemas;

/// One of the two stores. A kind belongs to exactly one; no transaction or guard spans them,
/// and revisions compare within one only.
public enum StoreName {
    MAIN("main", "journal", "checkpoints"),
    EPHEMERAL("ephemeral", "journal-ephemeral", "checkpoints-ephemeral");

    private final String text;
    private final String journalTopic;
    private final String checkpointTopic;

    StoreName(String text, String journalTopic, String checkpointTopic) {
        this.text = text;
        this.journalTopic = journalTopic;
        this.checkpointTopic = checkpointTopic;
    }

    /// The name as it stands in headers, metrics and answers.
    public String text() {
        return text;
    }

    public String journalTopic() {
        return journalTopic;
    }

    public String checkpointTopic() {
        return checkpointTopic;
    }
}
