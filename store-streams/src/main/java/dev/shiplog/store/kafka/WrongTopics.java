package dev.shiplog.store.kafka;

import java.util.List;

/// Topics are there, but not as they have to be. The message names each topic and setting.
public final class WrongTopics extends Exception {
    private static final long serialVersionUID = 1L;

    public WrongTopics(List<String> problems) {
        super(String.join("; ", problems));
    }
}
