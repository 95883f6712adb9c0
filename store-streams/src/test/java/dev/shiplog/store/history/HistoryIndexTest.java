package dev.shiplog.store.history;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shiplog.journal.Key;
import dev.shiplog.schemas.StoreName;
import dev.shiplog.store.Change;
import dev.shiplog.store.Entry;
import dev.shiplog.store.Past;
import dev.shiplog.store.RevisionGone;
import dev.shiplog.store.Snapshot;
import dev.shiplog.store.history.RowStore.Family;
import dev.shiplog.store.journal.Journal;
import dev.shiplog.store.journal.State;
import dev.shiplog.store.journal.ViewFollower;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The index gives what a view gave when it was there; that is the definition of the past.
class HistoryIndexTest {
    private static final UUID TOPIC = new UUID(3, 3);

    @TempDir
    Path directory;

    private final ViewFollower view = new ViewFollower(StoreName.MAIN, State.EMPTY);

    private void told(Tale tale) {
        List<Journal.Stored> all = tale.replica.journal();
        view.apply(List.copyOf(all.subList(Math.toIntExact(view.state().position() + 1), all.size())));
    }

    private void add(HistoryIndex index, int records) throws IOException, RevisionGone {
        List<List<Change>> more =
                view.changesAfter(requireNonNull(index.extent()).revision(), records);
        if (!more.isEmpty()) {
            index.add(more);
        }
    }

    private void addAll(HistoryIndex index) throws IOException, RevisionGone {
        add(index, Integer.MAX_VALUE);
    }

    private static void assertSame(Snapshot past, Snapshot view) {
        assertThat(past.revision()).isEqualTo(view.revision());
        assertThat(past.position()).isEqualTo(view.position());
        assertThat(past.time()).isEqualTo(view.time());
        assertThat(past.hash()).isEqualTo(view.hash());
        assertThat(past.all()).containsExactlyInAnyOrderElementsOf(view.all());
        for (String resource : Tale.RESOURCES) {
            String group = resource.equals("pods") ? "" : "g";
            assertThat(past.count(group, resource)).isEqualTo(view.count(group, resource));
            for (String namespace : Tale.NAMESPACES) {
                List<Entry> then = new ArrayList<>();
                view.list(group, resource, namespace).forEach(then::add);
                assertThat(past.list(group, resource, namespace)).containsExactlyElementsOf(then);
                for (Key after : Tale.keys()) {
                    if (after.resource().equals(resource) && after.namespace().equals(namespace)) {
                        assertThat(past.list(group, resource, namespace, after))
                                .containsExactlyElementsOf(view.list(group, resource, namespace, after));
                    }
                }
            }
        }
        for (Key key : Tale.keys()) {
            assertThat(past.get(key)).isEqualTo(view.get(key));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyRevisionIsAsTheViewHadIt(long seed) throws Exception {
        var random = new Random(seed);
        var tale = new Tale(seed);
        HistoryIndex index = HistoryIndex.open(directory);
        index.begin(TOPIC, State.EMPTY);
        for (int life = 0; life < 4; life++) {
            tale.goesOn(100);
            told(tale);
            while (requireNonNull(index.extent()).revision()
                    < view.changesAfter(0, Integer.MAX_VALUE)
                            .getLast()
                            .getLast()
                            .revision()) {
                add(index, 1 + random.nextInt(40));
            }
            assertThat(requireNonNull(index.extent()).hash().toString())
                    .isEqualTo(view.snapshot().hash());
            index.close();
            index = HistoryIndex.open(directory);
        }

        for (long revision = 0; revision <= view.snapshot().revision(); revision += 1 + random.nextInt(60)) {
            assertSame(index.at(revision), view.at(revision));
        }
        index.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void theChangesOfAResourceComeAsTheyCameThen(long seed) throws Exception {
        var random = new Random(seed);
        var tale = new Tale(seed);
        tale.goesOn(400);
        told(tale);
        try (HistoryIndex index = HistoryIndex.open(directory)) {
            index.begin(TOPIC, State.EMPTY);
            addAll(index);
            for (int i = 0; i < 20; i++) {
                long after = random.nextLong(view.snapshot().revision());
                String resource = Tale.RESOURCES.get(random.nextInt(Tale.RESOURCES.size()));
                List<Change> expected = view.changesAfter(after, Integer.MAX_VALUE).stream()
                        .flatMap(List::stream)
                        .filter(change -> change.key().resource().equals(resource))
                        .toList();
                int page = 1 + random.nextInt(30);
                var found = new ArrayList<Change>();
                long newest = view.snapshot().revision();
                String group = resource.equals("pods") ? "" : "g";
                for (long seen = after; seen < newest; ) {
                    Past.Page more = index.changes(group, resource, seen, page, newest);
                    found.addAll(more.changes());
                    seen = more.reached();
                }
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void whatIsForgottenIsGoneAndTheRestStays(long seed) throws Exception {
        var random = new Random(seed);
        var tale = new Tale(seed);
        tale.goesOn(300);
        told(tale);
        long base;
        try (HistoryIndex index = HistoryIndex.open(directory)) {
            index.begin(TOPIC, State.EMPTY);
            addAll(index);
            long offset = random.nextLong(100, 200);

            index.forgetBefore(offset);
            index.forgetBefore(offset);

            base = requireNonNull(index.extent()).base().revision();
            assertThat(base).isPositive();
            assertThat(view.at(base).position()).isLessThan(offset);
            assertThatThrownBy(() -> index.at(base - 1))
                    .isInstanceOfSatisfying(
                            RevisionGone.class,
                            gone -> assertThat(gone.oldest()).isEqualTo(base));
            assertThatThrownBy(() -> index.changes("", "pods", base - 1, 1, base))
                    .isInstanceOf(RevisionGone.class);
            for (long revision = base; revision <= view.snapshot().revision(); revision += 1 + random.nextInt(40)) {
                assertSame(index.at(revision), view.at(revision));
            }
            assertThat(index.changes("", "pods", base, Integer.MAX_VALUE, base).changes())
                    .isEqualTo(view.changesAfter(base, Integer.MAX_VALUE).stream()
                            .flatMap(List::stream)
                            .filter(change -> change.key().resource().equals("pods"))
                            .toList());
        }
        assertThat(rowsLeft()).isEqualTo(versionsSince(base));
    }

    private Set<List<Object>> versionsSince(long base) throws RevisionGone {
        var versions = new HashSet<List<Object>>();
        view.at(base).all().forEach(entry -> versions.add(List.of(entry.key(), entry.revision())));
        view.changesAfter(base, Integer.MAX_VALUE)
                .forEach(changes -> changes.forEach(change -> versions.add(List.of(change.key(), change.revision()))));
        return versions;
    }

    private Set<List<Object>> rowsLeft() throws IOException {
        var versions = new HashSet<List<Object>>();
        try (RowStore rows = RowStore.open(directory);
                RowStore.Cursor cursor = rows.cursor(Family.VERSIONS)) {
            cursor.seek(new byte[0]);
            for (; cursor.here(); cursor.next()) {
                versions.add(List.of(Rows.key(Rows.object(cursor.key())), Rows.revision(cursor.key())));
            }
        }
        return versions;
    }

    @Test
    void anIndexThatBeginsWithAStateShowsItAndNothingBefore() throws Exception {
        var tale = new Tale(9);
        tale.goesOn(200);
        told(tale);
        State begin = view.state();
        tale.goesOn(100);
        told(tale);

        try (HistoryIndex index = HistoryIndex.open(directory)) {
            index.begin(TOPIC, begin);
            addAll(index);

            assertSame(index.at(begin.revision()), begin);
            assertSame(
                    index.at(view.snapshot().revision()),
                    view.at(view.snapshot().revision()));
            assertThatThrownBy(() -> index.at(begin.revision() - 1)).isInstanceOf(RevisionGone.class);
        }
    }

    @Test
    void whatIsAskedAfterTheEndIsRefusedAndDoesNotEndTheProcess() throws Exception {
        HistoryIndex index = HistoryIndex.open(directory);
        index.begin(TOPIC, State.EMPTY);
        Snapshot past = index.at(0);
        index.close();

        assertThatThrownBy(() -> past.get(Tale.keys().getFirst())).isInstanceOf(IllegalStateException.class);
    }
}
