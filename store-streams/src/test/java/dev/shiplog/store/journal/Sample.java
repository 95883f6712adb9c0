package dev.shiplog.store.journal;

import dev.shiplog.journal.Body;
import dev.shiplog.journal.Condition;
import dev.shiplog.journal.Guard;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Mutation;
import dev.shiplog.journal.Open;
import dev.shiplog.journal.Operation;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Transaction;
import dev.shiplog.schemas.JournalCodec;
import dev.shiplog.store.TransactionDraft;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/// Small records for tests.
public final class Sample {
    public static final UUID WRITER = new UUID(1, 1);

    private Sample() {}

    public static Key key(String name) {
        return new Key("", "configmaps", "default", name);
    }

    public static Mutation put(String name, long expect, String value) {
        return Mutation.builder()
                .key(key(name))
                .operation(Operation.PUT)
                .verb("update")
                .expect(expect)
                .value(value.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    public static Mutation delete(String name, long expect) {
        return Mutation.builder()
                .key(key(name))
                .operation(Operation.DELETE)
                .verb("delete")
                .expect(expect)
                .build();
    }

    public static Guard guard(String name, Condition condition, long revision) {
        return new Guard(key(name), condition, revision);
    }

    public static Transaction transaction(List<Guard> guards, Mutation... mutations) {
        return new Transaction(new UUID(7, 7), Origin.EMPTY, guards, List.of(mutations));
    }

    public static TransactionDraft draft(Mutation... mutations) {
        return new TransactionDraft(UUID.randomUUID(), Origin.EMPTY, List.of(), List.of(mutations));
    }

    public static Open open() {
        return new Open("test", 1);
    }

    public static byte[] bytes(UUID writer, long sequence, Body body) {
        return JournalCodec.encode(new JournalRecord(writer, sequence, body));
    }
}
