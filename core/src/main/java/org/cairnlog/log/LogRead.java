// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A read of the events that match a query, which has not begun: narrow it, then iterate it, as often as wanted.
 * Immutable.
 *
 * <p>Iterating fetches page by page and holds nothing between pages, so there is nothing to close, and appending inside
 * the loop works. It ends where the log's head was when it began. Events that were removed are left out.
 */
public final class LogRead implements Iterable<RecordedEvent> {
    private final Function<LogRead, LogPage> pages;
    private final Supplier<Cursor> beginning;
    private final EventQuery query;
    private final @Nullable Cursor after;
    private final @Nullable Cursor upTo;
    private final boolean backward;
    private final long limit;

    /**
     * A read of everything that matches; for stores.
     *
     * @param pages gives the first page of a range
     * @param beginning gives the point before the first event
     * @param query which events
     */
    public LogRead(Function<LogRead, LogPage> pages, Supplier<Cursor> beginning, EventQuery query) {
        this(pages, beginning, query, null, null, false, Long.MAX_VALUE);
    }

    private LogRead(
            Function<LogRead, LogPage> pages,
            Supplier<Cursor> beginning,
            EventQuery query,
            @Nullable Cursor after,
            @Nullable Cursor upTo,
            boolean backward,
            long limit) {
        this.pages = pages;
        this.beginning = beginning;
        this.query = query;
        this.after = after;
        this.upTo = upTo;
        this.backward = backward;
        this.limit = limit;
    }

    /**
     * Only beyond this point.
     *
     * @param cursor a point of this log
     * @return the narrower read
     */
    public LogRead after(Cursor cursor) {
        return new LogRead(pages, beginning, query, cursor, upTo, backward, limit);
    }

    /**
     * Only up to this point: the log as it was then.
     *
     * @param cursor a point of this log
     * @return the narrower read
     */
    public LogRead upTo(Cursor cursor) {
        return new LogRead(pages, beginning, query, after, cursor, backward, limit);
    }

    /**
     * The last event first.
     *
     * @return the reversed read
     */
    public LogRead backward() {
        return new LogRead(pages, beginning, query, after, upTo, true, limit);
    }

    /**
     * At most so many events.
     *
     * @param events from 1
     * @return the narrower read
     * @throws IllegalArgumentException if the number is less than 1
     */
    public LogRead limit(long events) {
        return new LogRead(pages, beginning, query, after, upTo, backward, StreamRead.positive("limit", events));
    }

    /**
     * Which events.
     *
     * @return the query
     */
    public EventQuery query() {
        return query;
    }

    /**
     * Where the range begins.
     *
     * @return exclusive; null = at the beginning
     */
    public @Nullable Cursor after() {
        return after;
    }

    /**
     * Where the range ends.
     *
     * @return inclusive; null = at the head
     */
    public @Nullable Cursor upTo() {
        return upTo;
    }

    /**
     * Whether the last event comes first.
     *
     * @return true if so
     */
    public boolean isBackward() {
        return backward;
    }

    /**
     * How many events at most.
     *
     * @return {@link Long#MAX_VALUE} if there is no bound
     */
    public long limit() {
        return limit;
    }

    /**
     * Reads the whole range into memory.
     *
     * @return the events, and the point up to which no match is missing
     * @throws CursorFromAnotherHistory if an end of the range is not a point of this log
     */
    public LogEvents toList() {
        LogIterator events = iterator();
        List<RecordedEvent> all = new ArrayList<>();
        events.forEachRemaining(all::add);
        return new LogEvents(all, events.cursor(), events.husks());
    }

    @Override
    public LogIterator iterator() {
        return new LogIterator(this);
    }

    /** The rest of a range, for the iterator. */
    LogRead rest(Cursor start, Cursor end, long left) {
        return new LogRead(pages, beginning, query, start, end, backward, left);
    }

    LogPage page() {
        return pages.apply(this);
    }

    Cursor beginning() {
        return beginning.get();
    }
}
