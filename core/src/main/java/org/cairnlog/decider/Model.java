// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.HistoryRemoved;
import org.cairnlog.log.StreamIterator;
import org.cairnlog.log.StreamRead;
import org.jspecify.annotations.Nullable;

/**
 * What a repository and its part in a transaction have in common: how states come from stored events, and stored events
 * from decisions.
 *
 * @param enriching what is done to each event before it is appended
 * @param snapshots null if there are none
 */
record Model<C, S, E>(
        String category,
        Decider<C, S, E> decider,
        EventCodec<E> codec,
        UnaryOperator<EventData> enriching,
        @Nullable Snapshots<S> snapshots) {

    static <C, S, E> Model<C, S, E> of(String category, Decider<C, S, E> decider, EventCodec<E> codec) {
        StreamId.of(category, "id"); // refuses what is no category
        return new Model<>(category, decider, codec, UnaryOperator.identity(), null);
    }

    Model<C, S, E> enriching(UnaryOperator<EventData> more) {
        return new Model<>(category, decider, codec, event -> more.apply(enriching.apply(event)), snapshots);
    }

    Model<C, S, E> snapshots(Snapshots<S> snapshots) {
        return new Model<>(category, decider, codec, enriching, snapshots);
    }

    static void checkCondition(EventQuery query) {
        if (!query.fitsCondition()) {
            throw new IllegalArgumentException(
                    "A decision can rest on streams, categories, types and tags only, because"
                            + " these outlive the removal of content; this query is: " + query + ".");
        }
    }

    StreamId stream(String id) {
        return StreamId.of(category, id);
    }

    /** Reads the state of a stream up to a version. */
    Fold<S, E> load(Function<StreamId, StreamRead> log, StreamId stream, long to) {
        try {
            return latest(stream)
                    .filter(snapshot -> snapshot.version() <= to)
                    .map(snapshot -> fold(snapshot, log.apply(stream).to(to)))
                    .orElseGet(() -> fold(log.apply(stream).to(to).iterator(), stream, to));
        } catch (HistoryRemoved removed) {
            // What was read has no continuation. The next read begins behind what was removed, which does not go on
            // for ever: each time the stream has lost more of its beginning.
            return load(log, stream, to);
        }
    }

    private Optional<Snapshot> latest(StreamId stream) {
        return snapshots == null ? Optional.empty() : snapshots.latest(stream);
    }

    /**
     * Goes on from a snapshot. The event at its version is read too: if it is not the one that the snapshot names, the
     * snapshot is of another history, or of one whose content was removed, and everything is read from the beginning.
     */
    private Fold<S, E> fold(Snapshot snapshot, StreamRead read) {
        StreamIterator events = read.from(snapshot.version()).iterator();
        boolean fits = events.hasNext() && isLast(snapshot, events.next());
        Snapshots.Kept<S> kept = fits ? Objects.requireNonNull(snapshots).read(snapshot) : null;
        if (kept == null) {
            Fold<S, E> fold = fold(read.iterator(), read.stream(), read.to());
            fold.without(snapshot);
            return fold;
        }
        Fold<S, E> fold = initial();
        fold.beginAt(kept);
        events.forEachRemaining(fold::ofStream);
        return fold;
    }

    private static boolean isLast(Snapshot snapshot, RecordedEvent event) {
        return event.version() == snapshot.version() && event.id().equals(snapshot.event());
    }

    private Fold<S, E> fold(StreamIterator events, StreamId stream, long to) {
        if (to < events.removedBefore()) {
            throw new IllegalArgumentException("The stream " + stream + " has no state at version " + to
                    + " any more: its events before version " + events.removedBefore()
                    + " were removed. Ask for that version or a later one.");
        }
        Fold<S, E> fold = initial();
        events.forEachRemaining(fold::ofStream);
        fold.endsAt(Math.min(to, events.version()));
        return fold;
    }

    Fold<S, E> initial() {
        return new Fold<>(decider, codec);
    }

    /** The state that the events of a query make. */
    Fold<S, E> fold(Iterable<RecordedEvent> events) {
        Fold<S, E> fold = initial();
        events.forEach(event -> fold.ofQuery(event, category));
        return fold;
    }

    /** Takes a snapshot, if one is wanted and the state is that of the last event. */
    void appended(Fold<S, E> seen, Append append, long version, S after) {
        if (snapshots != null && version == seen.version() + append.events().size()) {
            snapshots.appended(seen, append, version, after);
        }
    }

    List<E> decide(C command, S state) {
        return List.copyOf(decider.decide(command, state));
    }

    List<EventData> encode(List<E> events) {
        return events.stream()
                .map(event -> enriching.apply(codec.encode(event)))
                .toList();
    }

    /** An event that carries the whole state; checked, because what is before it will be removed. */
    EventData baseline(StreamId stream, Fold<S, E> seen, Function<S, E> baseline) {
        EventData event =
                encode(List.of(baseline.apply(seen.state()))).getFirst().asBaseline();
        Fold<S, E> carried = initial();
        carried.ofStream(new RecordedEvent(0, stream, seen.version() + 1, Instant.EPOCH, event));
        if (!carried.state().equals(seen.state())) {
            throw new IllegalArgumentException("The event of type \"" + event.type()
                    + "\" does not carry the whole state of " + stream + " at version " + seen.version()
                    + ": evolve leads from the initial state to another one (or the state has no equals). Nothing was"
                    + " appended or removed.");
        }
        return event;
    }

    S after(S state, List<E> events) {
        S after = state;
        for (E event : events) {
            after = decider.evolve(after, event);
        }
        return after;
    }
}
