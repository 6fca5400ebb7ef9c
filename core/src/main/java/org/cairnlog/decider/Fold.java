// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.util.List;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.log.Cursor;
import org.jspecify.annotations.Nullable;

/** A state on its way through stored events. For use by one thread. */
final class Fold<S, E> {
    private final Decider<?, S, E> decider;
    private final EventCodec<E> codec;
    private S state;
    private long version;
    private boolean found;
    private long events;
    private long bytes;
    private @Nullable Snapshot snapshot;
    private @Nullable Snapshot useless;
    private @Nullable Cursor cursor;

    Fold(Decider<?, S, E> decider, EventCodec<E> codec) {
        this.decider = decider;
        this.codec = codec;
        this.state = decider.initial();
    }

    /** Begins at a snapshot instead of the beginning. */
    void beginAt(Snapshots.Kept<S> kept) {
        state = kept.state();
        version = kept.snapshot().version();
        found = true;
        snapshot = kept.snapshot();
    }

    /** There was a snapshot, but it cannot be read or is not of this history. */
    void without(Snapshot useless) {
        this.useless = useless;
    }

    /** The next event of the one stream that the state is of. */
    void ofStream(RecordedEvent stored) {
        version = stored.version();
        events++;
        bytes += stored.data().size();
        if (stored.type().equals(EventData.DELETED)) {
            state = decider.initial();
            found = false;
            return;
        }
        if (stored.data().baseline()) {
            state = decider.initial(); // the baseline carries the whole of it
        }
        evolve(codec.decode(stored));
    }

    /** The next event that matched a query. What a foreign category holds beside what is known here is passed over. */
    void ofQuery(RecordedEvent stored, String ownCategory) {
        boolean foreign = !stored.stream().category().equals(ownCategory);
        if (stored.type().equals(EventData.DELETED) || (foreign && !codec.knows(stored.type()))) {
            return;
        }
        evolve(codec.decode(stored));
    }

    private void evolve(List<E> events) {
        found = true;
        for (E event : events) {
            state = decider.evolve(state, event);
        }
    }

    void endsAt(long version) {
        this.version = version;
    }

    void endsAt(Cursor cursor) {
        this.cursor = cursor;
    }

    S state() {
        return state;
    }

    long version() {
        return version;
    }

    /** How many stored events of the stream were read. */
    long events() {
        return events;
    }

    long bytes() {
        return bytes;
    }

    /** Where it began; null if at the beginning. */
    @Nullable Snapshot snapshot() {
        return snapshot;
    }

    /** What it could not begin at; null if there was no such thing. */
    @Nullable Snapshot uselessSnapshot() {
        return useless;
    }

    Cursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("This state is that of a stream, and was asked for that of a query.");
        }
        return cursor;
    }

    Loaded<S> loaded() {
        return new Loaded<>(state, version, found);
    }

    Seen<S> seen() {
        return new Seen<>(state, cursor(), found);
    }
}
