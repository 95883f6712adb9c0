package dev.shiplog.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.core.v1.ConfigMap;
import dev.shiplog.core.v1.Pod;
import dev.shiplog.journal.JournalRecord;
import dev.shiplog.journal.Noop;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileBytesTest {
    private static final Kind POD = Kind.dynamic(Pod.SCHEMA);

    /// Bytes with random damage are read as something else or refused, never anything worse.
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void damagedBytesAreReadOrRefused(long seed) {
        Random random = new Random(seed);
        RandomDocuments documents = new RandomDocuments(seed);
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = Binary.encode(Json.decode(POD, documents.of(POD).getBytes(StandardCharsets.UTF_8))
                    .object());
            for (int damage = 0; damage <= random.nextInt(4); damage++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            byte[] hostile = random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            try {
                Pod pod = Binary.decode(Pod.TYPE, hostile);
                JsonOut json = new JsonOut();
                Binary.toJson(Pod.TYPE, hostile, 1, json);
                assertThat(pod).isNotNull();
            } catch (MalformedException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aCountBeyondTheBytesIsRefusedBeforeAnythingIsAllocated() {
        BinaryOut out = new BinaryOut();
        out.octet(0); // ObjectMeta.annotations
        out.octet(0);
        out.octet(0);
        out.octet(0);
        out.number(Integer.MAX_VALUE); // finalizers
        byte[] bytes = Arrays.copyOf(out.toByteArray(), 64);

        assertThatThrownBy(() -> Binary.decode(ConfigMap.TYPE, bytes))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("more items than bytes");
    }

    @Test
    void blocksThatTellTheirSizeAreRead() {
        BinaryOut out = new BinaryOut();
        out.number(-1);
        out.number(4);
        out.string("k");
        out.string("v");
        out.octet(0);
        byte[] rest = Binary.encode(ConfigMap.EMPTY);
        byte[] annotations = out.toByteArray();
        byte[] bytes = Arrays.copyOf(annotations, annotations.length + rest.length - 1);
        System.arraycopy(rest, 1, bytes, annotations.length, rest.length - 1);

        ConfigMap map = Binary.decode(ConfigMap.TYPE, bytes);

        assertThat(map.metadata().annotations()).containsEntry("k", "v").hasSize(1);
    }

    @Test
    void equalMapsHaveEqualBytesInWhateverOrderTheyCame() {
        ConfigMap map = ConfigMap.EMPTY.withData(Map.of("a", "1", "b", "2", "c", "3"));
        byte[] bytes = Binary.encode(map);
        byte[] swapped = bytes.clone();
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u0002a\u00021\u0002b\u00022");
        System.arraycopy(bytes, at, swapped, at + 4, 4);
        System.arraycopy(bytes, at + 4, swapped, at, 4);

        ConfigMap read = Binary.decode(ConfigMap.TYPE, swapped);

        assertThat(swapped).isNotEqualTo(bytes);
        assertThat(read).isEqualTo(map);
        assertThat(read.data().get("a")).isEqualTo("1");
        assertThat(Binary.encode(read)).isEqualTo(bytes);
        assertThat(Binary.encode(map.withData(new LinkedHashMap<>(Map.of("c", "3", "b", "2", "a", "1")))))
                .isEqualTo(bytes);
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        byte[] bytes = Binary.encode(
                ConfigMap.EMPTY.withMetadata(ConfigMap.EMPTY.metadata().withName("\uFFFD")));
        assertThat(Binary.decode(ConfigMap.TYPE, bytes).metadata().name()).isEqualTo("\uFFFD");

        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u00EF\u00BF\u00BD");
        bytes[at] = (byte) 0xFF;

        assertThatThrownBy(() -> Binary.decode(ConfigMap.TYPE, bytes)).hasMessageContaining("UTF-8");
    }

    @Test
    void aJournalRecordHasItsFrame() {
        JournalRecord record = new JournalRecord(new UUID(1, 2), 3, Noop.EMPTY);
        byte[] bytes = JournalCodec.encode(record);

        assertThat(bytes).startsWith('S', 'L', 1);
        assertThat(JournalCodec.decode(bytes)).isEqualTo(new JournalCodec.Readable(1, record));
        assertThat(JournalCodec.decode(new byte[] {'S', 'L', 9, 0})).isEqualTo(new JournalCodec.UnknownRule(9));
        assertThat(JournalCodec.decode(Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(JournalCodec.Unreadable.class);
        assertThat(JournalCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(JournalCodec.Unreadable.class);
        assertThat(JournalCodec.decode(new byte[0])).isInstanceOf(JournalCodec.Unreadable.class);
        assertThat(JournalCodec.decode("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(JournalCodec.Unreadable.class);
    }
}
