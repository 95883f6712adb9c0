package dev.shiplog.store.materialise;

import dev.shiplog.schemas.Fingerprints;
import dev.shiplog.store.journal.HashMark;
import dev.shiplog.store.kafka.MarkCodec;
import dev.shiplog.store.kafka.Topics;
import dev.shiplog.store.materialise.Output.Payload;
import dev.shiplog.store.materialise.Output.Target;

/// Makes the output by which followers in other processes learn what the state hashes to.
final class Marks {
    private static final Target PROGRESS = new Target.Fixed(Topics.PROGRESS);
    private static final long FINGERPRINT = Fingerprints.of(MarkCodec.SCHEMA.toString());

    private Marks() {}

    static Output output(HashMark mark) {
        Payload payload =
                new Payload(MarkCodec.SCHEMA.getFullName(), FINGERPRINT, MarkCodec.SCHEMA, MarkCodec.encode(mark));
        return new Output(PROGRESS, 0, MarkCodec.key(mark.store()), payload, new Headers(mark.store()).build());
    }
}
