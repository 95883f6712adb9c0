package dev.shiplog.store.materialise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.meta.v1.ObjectMeta;
import dev.shiplog.schemas.Binary;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class AvroSpliceTest {
    private static final Schema STRIPPED = new Schema.Parser().parse(ConfigMap.TYPE.strippedText());

    private static final ConfigMap OBJECT = ConfigMap.builder()
            .metadata(ObjectMeta.builder()
                    .name("näme")
                    .namespace("default")
                    .labels(Map.of("a", "b", "c", "d"))
                    .finalizers(List.of("one", "two"))
                    .uid("u")
                    .build())
            .data(Map.of("key", "x".repeat(300)))
            .build();

    @Test
    void anEmptyResourceVersionIsFilledIn() {
        byte[] spliced = AvroSplice.resourceVersion(STRIPPED, Binary.encode(OBJECT), "123456789");

        ConfigMap expected = OBJECT.withMetadata(OBJECT.metadata().withResourceVersion("123456789"));
        assertThat(spliced).isEqualTo(Binary.encode(expected));
    }

    @Test
    void takingItOutAgainGivesTheSameBytes() {
        byte[] original = Binary.encode(OBJECT);

        byte[] spliced = AvroSplice.resourceVersion(STRIPPED, original, "7");

        assertThat(AvroSplice.resourceVersion(STRIPPED, spliced, "")).isEqualTo(original);
    }

    @Test
    void whatHasNoMetadataStaysAsItIs() {
        byte[] bytes = {1, 2, 3};

        assertThat(AvroSplice.resourceVersion(Schema.create(Schema.Type.BYTES), bytes, "7"))
                .isSameAs(bytes);
    }
}
