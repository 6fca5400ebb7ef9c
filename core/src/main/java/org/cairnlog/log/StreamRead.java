// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;

/**
 * A read of a stream that has not begun: narrow it, then iterate it, as often as wanted. Immutable.
 *
 * <p>Iterating fetches page by page and holds nothing between pages, so there is nothing to close, and appending inside
 * the loop works. It ends at the version that the stream had when it began. Events that were removed before are left
 * out; if the part that comes next is removed meanwhile, it throws {@link HistoryRemoved}.
 */
public final class StreamRead implements Iterable<RecordedEvent> {
    private final Function<StreamRead, StreamPage> pages;
    private final StreamId stream;
    private final long from;
    private final long to;
    private final boolean backward;
    private final long limit;

    /**
     * A read of a whole stream; for stores.
     *
     * @param pages gives the first page of a range
     * @param stream the stream
     */
    public StreamRead(Function<StreamRead, StreamPage> pages, StreamId stream) {
        this(pages, stream, 1, Long.MAX_VALUE, false, Long.MAX_VALUE);
    }

    private StreamRead(
            Function<StreamRead, StreamPage> pages, StreamId stream, long from, long to, boolean backward, long limit) {
        this.pages = pages;
        this.stream = stream;
        this.from = from;
        this.to = to;
        this.backward = backward;
        this.limit = limit;
    }

    /**
     * Only from this version on.
     *
     * @param version inclusive, from 1; beyond the last there is nothing
     * @return the narrower read
     * @throws IllegalArgumentException if the version is less than 1
     */
    public StreamRead from(long version) {
        return new StreamRead(pages, stream, positive("first version", version), to, backward, limit);
    }

    /**
     * Only up to this version.
     *
     * @param version inclusive, from 1; before the first version of the range there is nothing
     * @return the narrower read
     * @throws IllegalArgumentException if the version is less than 1
     */
    public StreamRead to(long version) {
        return new StreamRead(pages, stream, from, positive("last version", version), backward, limit);
    }

    /**
     * The last event first.
     *
     * @return the reversed read
     */
    public StreamRead backward() {
        return new StreamRead(pages, stream, from, to, true, limit);
    }

    /**
     * At most so many events.
     *
     * @param events from 1
     * @return the narrower read
     * @throws IllegalArgumentException if the number is less than 1
     */
    public StreamRead limit(long events) {
        return new StreamRead(pages, stream, from, to, backward, positive("limit", events));
    }

    static long positive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("The " + what + " of a read is " + value + "; it must be at least 1.");
        }
        return value;
    }

    /**
     * Which stream.
     *
     * @return its name
     */
    public StreamId stream() {
        return stream;
    }

    /**
     * The first version of the range.
     *
     * @return from 1
     */
    public long from() {
        return from;
    }

    /**
     * The last version of the range.
     *
     * @return {@link Long#MAX_VALUE} if there is no bound
     */
    public long to() {
        return to;
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
     * @return the events, and the stream's version when the read began
     * @throws HistoryRemoved if a part was removed meanwhile
     */
    public StreamEvents toList() {
        StreamIterator events = iterator();
        List<RecordedEvent> all = new ArrayList<>();
        events.forEachRemaining(all::add);
        return new StreamEvents(all, events.version());
    }

    @Override
    public StreamIterator iterator() {
        return new StreamIterator(this);
    }

    /** What is left of a range, for the iterator. */
    StreamRead rest(long first, long last, long left) {
        return new StreamRead(pages, stream, first, last, backward, left);
    }

    StreamPage page() {
        return pages.apply(this);
    }
}
