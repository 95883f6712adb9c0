package dev.shiplog.store.reconcile;

import dev.shiplog.journal.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The requests that a component has sent and knows no outcome of, in the order in which it first sent them.
///
/// Not thread-safe: it belongs to one [Duty].
///
/// @param <T> what the component has to remember of a request
public final class Flights<T> {
    /// After which a request without an outcome is sent once more, as it was. Its guards let one of the two through.
    public static final Duration SEND_AGAIN = Duration.ofSeconds(5);

    private record Flight<T>(Request request, T memory, Instant sentAt) {}

    private final Map<UUID, Flight<T>> flights = new LinkedHashMap<>();

    /// Remembers a request that is sent now.
    public void sent(Request request, T memory, Instant now) {
        flights.put(request.id(), new Flight<>(request, memory, now));
    }

    /// Forgets a request that was answered, and gives what was remembered of it; null if it is not one of these.
    public @Nullable T landed(UUID request) {
        @Nullable Flight<T> flight = flights.remove(request);
        return flight == null ? null : flight.memory;
    }

    /// Forgets all of them: under a new tenure no outcome of theirs counts.
    ///
    /// @return what was remembered
    public List<T> lost() {
        List<T> memories = flights.values().stream().map(Flight::memory).toList();
        flights.clear();
        return memories;
    }

    /// Adds to `requests` those that have waited for [#SEND_AGAIN].
    public void sendAgain(Instant now, Collection<Request> requests) {
        flights.replaceAll((_, flight) -> {
            if (flight.sentAt.plus(SEND_AGAIN).isAfter(now)) {
                return flight;
            }
            requests.add(flight.request);
            return new Flight<>(flight.request, flight.memory, now);
        });
    }

    /// The ids of the requests, as [dev.shiplog.journal.Origin] lists what was assumed.
    public List<UUID> ids() {
        return List.copyOf(flights.keySet());
    }

    public int size() {
        return flights.size();
    }
}
