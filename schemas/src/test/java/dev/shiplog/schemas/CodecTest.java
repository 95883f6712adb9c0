package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.meta.v1.ObjectMeta;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final Catalog CATALOG = Catalog.builtIn();

    @Test
    void aKindIsOneSchemaAndNothingElse() throws IOException {
        Kind kind = Kind.dynamic(schema("kinds/notes.avsc"));
        Catalog catalog = CATALOG.with(List.of(kind));
        Codec codec = new Codec(catalog);
        byte[] json = """
                {"apiVersion":"example.com/v1","kind":"Note","metadata":{"name":"a","labels":{"x":"y"}},
                 "spec":{"text":"hello","pages":2,"when":"2024-01-01T00:00:00Z","odd-name":true,"size":"1024Mi","port":"http","blobs":{"b":"c2hpcA=="}},"extra":1}""".getBytes(StandardCharsets.UTF_8);

        Decoded<? extends Typed> note = Json.decode(kind, json);

        assertThat(note.problems()).containsExactly("unknown field \"extra\"");
        Typed defaulted = Defaulting.apply(note.object());
        byte[] avro = Binary.encode(defaulted);
        String out = new String(codec.toJson(kind.fingerprint(), avro, 7), StandardCharsets.UTF_8);
        assertThat(out)
                .isEqualTo(
                        "{\"kind\":\"Note\",\"apiVersion\":\"example.com/v1\",\"metadata\":{\"labels\":{\"x\":\"y\"},\"name\":\"a\",\"resourceVersion\":\"7\"},"
                                + "\"spec\":{\"blobs\":{\"b\":\"c2hpcA==\"},\"colour\":\"blue\",\"odd-name\":true,\"pages\":2,\"port\":\"http\",\"size\":\"1Gi\",\"text\":\"hello\",\"when\":\"2024-01-01T00:00:00Z\"}}");
        assertThat(codec.decode(kind.fingerprint(), avro)).isEqualTo(defaulted);
        assertThat(codec.metadata(kind.fingerprint(), avro).labels()).containsEntry("x", "y");
        assertThat(catalog.byResource("example.com", "v1", "notes")).isSameAs(kind);
        assertThat(catalog.stored("example.com", "notes")).isSameAs(kind);
        assertThat(kind.typedTopic()).isEqualTo("objects.example.com.notes");
        assertThat(kind.store()).isEqualTo(StoreName.MAIN);
    }

    @Test
    void anOlderWritersValueIsShownAsWrittenAndDecodedIntoThePresentClass() throws IOException {
        Schema old = schema("kinds/configmap-before.avsc");
        RecordType<DynamicRecord> wrote = RecordType.dynamic(old);
        DynamicRecord value =
                Json.decode(wrote, """
                        {"metadata":{"name":"a","creationTimestamp":"2024-01-01T00:00:00Z"},"gone":"x","data":{"k":"v"}}""".getBytes(StandardCharsets.UTF_8)).object();
        byte[] avro = Binary.encode(value);
        String text = StrippedSchema.of(old).toString();
        long fingerprint = Fingerprints.of(text);
        Codec codec = new Codec(CATALOG, asked -> asked == fingerprint ? text : null);

        ConfigMap present = codec.decode(fingerprint, avro, ConfigMap.class);

        assertThat(present)
                .isEqualTo(ConfigMap.EMPTY
                        .withData(Map.of("k", "v"))
                        .withMetadata(ObjectMeta.EMPTY.toBuilder()
                                .name("a")
                                .creationTimestamp(Instant.parse("2024-01-01T00:00:00Z"))
                                .build()));
        assertThat(codec.metadata(fingerprint, avro).name()).isEqualTo("a");
        assertThat(new String(codec.toJson(fingerprint, avro, 3), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"gone\":\"x\",\"data\":{\"k\":\"v\"},"
                                + "\"metadata\":{\"creationTimestamp\":\"2024-01-01T00:00:00Z\",\"name\":\"a\",\"resourceVersion\":\"3\"}}");
    }

    @Test
    void theMetadataOfAKindWithoutAClassHasItsClass() {
        Kind kind = Kind.dynamic(ConfigMap.SCHEMA);
        byte[] json = "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}".getBytes(StandardCharsets.UTF_8);

        Typed record = Json.decode(kind, json).object();

        assertThat(record).isInstanceOf(DynamicRecord.class);
        assertThat(record.get(0)).isEqualTo(ObjectMeta.EMPTY.withName("a"));
        assertThat(Binary.encode(record))
                .isEqualTo(Binary.encode(Json.decode(ConfigMap.TYPE, json).object()));
    }

    @Test
    void aValueOfAnUnknownSchemaIsRefused() {
        assertThatThrownBy(() -> new Codec(CATALOG).decode(0x1234, new byte[0]))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("0000000000001234");
    }

    /// A registered schema must read what any other version wrote: every field has a default.
    @Test
    void strippedSchemasHaveNoFactsAndADefaultEverywhere() {
        for (Kind kind : CATALOG.kinds()) {
            Schema stripped = RecordType.parse(kind.strippedText());

            assertThat(kind.strippedText()).doesNotContain("presence", "listType", "defaultValue", "\"doc\"");
            assertThat(stripped.toString()).isEqualTo(kind.strippedText());
            assertThat(SchemaCompatibility.checkReaderWriterCompatibility(
                                    stripped,
                                    Schema.createRecord(
                                            stripped.getName(), null, stripped.getNamespace(), false, List.of()))
                            .getType())
                    .isEqualTo(SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
        }
    }

    @Test
    void everyStoredKindIsFoundByItsNamesAndItsFingerprint() {
        assertThat(CATALOG.kinds().stream().filter(kind -> kind.store() != null).map(Kind::kind))
                .containsExactlyInAnyOrder(
                        "Namespace",
                        "Node",
                        "Pod",
                        "Service",
                        "Endpoints",
                        "EndpointSlice",
                        "ReplicaSet",
                        "Deployment",
                        "ConfigMap",
                        "Secret",
                        "ServiceAccount",
                        "Event",
                        "Lease",
                        "ControllerRevision");
        for (Kind kind : CATALOG.kinds()) {
            assertThat(CATALOG.byApiVersion(kind.apiVersion(), kind.kind())).isSameAs(kind);
            if (kind.store() != null) {
                assertThat(CATALOG.type(kind.fingerprint())).isSameAs(kind.type());
                assertThat(CATALOG.stored(kind.group(), kind.plural())).isSameAs(kind);
            }
        }
        assertThat(CATALOG.byKind("", "v1", "Pod")).extracting(Kind::schema).isEqualTo(Pod.SCHEMA);
        assertThat(CATALOG.stored("", "events")).extracting(Kind::store).isEqualTo(StoreName.EPHEMERAL);
        assertThat(CATALOG.byResource("apps", "v1", "deployments"))
                .extracting(Kind::typedTopic)
                .isEqualTo("objects.apps.deployments");
    }

    private static Schema schema(String resource) throws IOException {
        try (InputStream in = CodecTest.class.getClassLoader().getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return new Schema.Parser().parse(in);
        }
    }
}
