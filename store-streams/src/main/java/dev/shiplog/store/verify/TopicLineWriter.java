package dev.shiplog.store.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.shiplog.schemas.Binary;
import dev.shiplog.schemas.JournalCodec;
import dev.shiplog.schemas.Json;
import dev.shiplog.schemas.MalformedException;
import dev.shiplog.schemas.RecordType;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.schemas.registry.WireFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// Writes one Kafka record as one line of JSON. What is not Avro or JSON is written as base 64.
final class TopicLineWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String SCHEMAS = "_schemas";

    private final IntFunction<Schema> schemas;
    private final Map<Integer, RecordType<?>> types = new HashMap<>();

    /// @param schemas gives the schema of a registry's id
    TopicLineWriter(IntFunction<Schema> schemas) {
        this.schemas = schemas;
    }

    String of(ConsumerRecord<byte[], byte[]> record) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("topic", record.topic());
            json.writeNumberField("partition", record.partition());
            json.writeNumberField("offset", record.offset());
            json.writeStringField(
                    "timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
            json.writeFieldName("key");
            key(json, record.topic(), record.key());
            json.writeObjectFieldStart("headers");
            for (Header header : record.headers()) {
                json.writeStringField(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
            json.writeEndObject();
            json.writeFieldName("value");
            value(json, record.topic(), record.value());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void key(JsonGenerator json, String topic, byte @Nullable [] key) throws IOException {
        if (key == null) {
            json.writeNull();
        } else if (topic.equals(SCHEMAS)) {
            json.writeRawValue(new String(key, StandardCharsets.UTF_8));
        } else if (isOpaque(topic)) {
            base64(json, key);
        } else {
            json.writeString(new String(key, StandardCharsets.UTF_8));
        }
    }

    private void value(JsonGenerator json, String topic, byte @Nullable [] value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (topic.equals(SCHEMAS)) {
            json.writeRawValue(new String(value, StandardCharsets.UTF_8));
        } else if (isJournal(topic)) {
            journal(json, value);
        } else if (!isOpaque(topic) && value.length > WireFormat.HEADER_BYTES && value[0] == 0) {
            avro(json, value);
        } else {
            base64(json, value);
        }
    }

    private static boolean isJournal(String topic) {
        return topic.equals(StoreName.MAIN.journalTopic()) || topic.equals(StoreName.EPHEMERAL.journalTopic());
    }

    /// Topics whose content is nobody else's business.
    private static boolean isOpaque(String topic) {
        return topic.equals(StoreName.MAIN.checkpointTopic())
                || topic.equals(StoreName.EPHEMERAL.checkpointTopic())
                || topic.startsWith("shiplog-");
    }

    private static void journal(JsonGenerator json, byte[] value) throws IOException {
        switch (JournalCodec.decode(value)) {
            case JournalCodec.Readable readable -> raw(json, Json.encode(readable.record()));
            case JournalCodec.Unreadable _, JournalCodec.UnknownRule _ -> base64(json, value);
        }
    }

    private void avro(JsonGenerator json, byte[] value) throws IOException {
        int id = WireFormat.id(value);
        RecordType<?> type = types.computeIfAbsent(id, unknown -> RecordType.dynamic(schemas.apply(unknown)));
        try {
            raw(json, Json.encode(Binary.decode(type, WireFormat.payload(value))));
        } catch (MalformedException e) {
            base64(json, value);
        }
    }

    private static void raw(JsonGenerator json, byte[] text) throws IOException {
        json.writeRawValue(new String(text, StandardCharsets.UTF_8));
    }

    private static void base64(JsonGenerator json, byte[] bytes) throws IOException {
        json.writeString(Base64.getEncoder().encodeToString(bytes));
    }
}
