package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Guard;
import dev.shiplog.journal.Item;
import dev.shiplog.journal.Key;
import dev.shiplog.journal.Origin;
import dev.shiplog.journal.Request;
import dev.shiplog.schemas.StoreName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes requests of items: ids, origin, tenure. Ids derive from the instance and a counter, so nothing here is random.
///
/// Not for several threads.
public final class Envelope {
    private final Key tenure;
    private final UUID instance;
    private final @Nullable Integer replyTo;
    private final Basis ephemeral;
    private long count;

    /// Whether decisions are made from Leases or Events too, and can then be replayed for as long as those last.
    public enum Basis {
        MAIN_ONLY,
        BOTH_STORES
    }

    /// Makes requests under one tenure.
    ///
    /// @param replyTo the partition of `objects` that hears of outcomes; null when the journal itself is followed
    public Envelope(Key tenure, UUID instance, @Nullable Integer replyTo, Basis basis) {
        this.tenure = tenure;
        this.instance = instance;
        this.replyTo = replyTo;
        this.ephemeral = basis;
    }

    Key tenure() {
        return tenure;
    }

    /// A claim of the tenure: written whatever its revision is.
    Request claim(Item item, Instant now) {
        String component = tenure.name().substring(0, tenure.name().lastIndexOf('.'));
        return Request.builder()
                .id(nextId())
                .origin(Origin.builder()
                        .component(component)
                        .verb("update")
                        .decidedAt(now)
                        .replyTo(replyTo)
                        .reason("take over")
                        .build())
                .items(List.of(item))
                .build();
    }

    /// A request under this tenure, for objects of the main store; one for the ephemeral store has none.
    public Request request(Sheet sheet, long tenureRevision, Instant now, Tables tables) {
        Origin origin = Origin.builder()
                .component(sheet.component())
                .verb(sheet.items().getFirst().operation().name().toLowerCase(Locale.ROOT))
                .decidedAt(now)
                .basis(tables.revision(StoreName.MAIN))
                .basisEphemeral(ephemeral == Basis.BOTH_STORES ? tables.revision(StoreName.EPHEMERAL) : null)
                .assumed(sheet.assumed())
                .causedBy(sheet.causedBy())
                .replyTo(replyTo)
                .reason(sheet.reason())
                .build();
        var request = Request.builder().id(nextId()).origin(origin).items(sheet.items());
        return sheet.store() == StoreName.MAIN
                ? request.guards(sheet.guards())
                        .tenure(tenure)
                        .tenureRevision(tenureRevision)
                        .build()
                : request.build();
    }

    /// Events, which nobody waits for: as many requests as they need, an Event of the same name once.
    public List<Request> tell(String component, List<Note> notes, Instant now) {
        var items = new LinkedHashMap<Key, Item>();
        notes.stream().map(note -> note.item(component, now)).forEach(item -> items.putIfAbsent(item.target(), item));
        var all = List.copyOf(items.values());
        var requests = new ArrayList<Request>();
        for (int from = 0; from < all.size(); from += Decision.ITEMS_MAX) {
            int to = Math.min(all.size(), from + Decision.ITEMS_MAX);
            requests.add(Request.builder()
                    .id(nextId())
                    .origin(Origin.builder()
                            .component(component)
                            .verb("create")
                            .decidedAt(now)
                            .reason("tell")
                            .build())
                    .items(all.subList(from, to))
                    .build());
        }
        return requests;
    }

    /// What a request says, apart from who sends it when.
    ///
    /// @param assumed the own requests in flight whose effect the decision takes for granted
    public record Sheet(
            String component,
            StoreName store,
            List<Item> items,
            List<Guard> guards,
            List<UUID> assumed,
            @Nullable Long causedBy,
            String reason) {}

    private UUID nextId() {
        String name = instance + "/" + tenure.name() + "/" + count++;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
