// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * A listing of streams in the order of their creation, which has not begun: narrow it, then iterate it. Immutable.
 * Fetches page by page and holds nothing between pages; ends with the streams that existed when it began. Deleted
 * streams are listed too, and say so.
 */
public final class StreamListing implements Iterable<StreamInfo> {
    private final EventLog log;
    private final @Nullable String category;
    private final @Nullable String label;
    private final @Nullable String value;
    private final @Nullable StreamId after;
    private final @Nullable Cursor createdUpTo;
    private final long limit;

    StreamListing(EventLog log) {
        this(log, null, null, null, null, null, Long.MAX_VALUE);
    }

    private StreamListing(
            EventLog log,
            @Nullable String category,
            @Nullable String label,
            @Nullable String value,
            @Nullable StreamId after,
            @Nullable Cursor createdUpTo,
            long limit) {
        this.log = log;
        this.category = category;
        this.label = label;
        this.value = value;
        this.after = after;
        this.createdUpTo = createdUpTo;
        this.limit = limit;
    }

    /**
     * Only of this category.
     *
     * @param category the category
     * @return the narrower listing
     */
    public StreamListing category(String category) {
        Limits.text("category", category, Limits.STANDARD.nameBytes());
        return new StreamListing(log, category, label, value, after, createdUpTo, limit);
    }

    /**
     * Only those with this label, whatever its value.
     *
     * @param name the label
     * @return the narrower listing
     */
    public StreamListing labelled(String name) {
        Label.check(name, "");
        return new StreamListing(log, category, name, null, after, createdUpTo, limit);
    }

    /**
     * Only those with this value of a label.
     *
     * @param name the label
     * @param value its value
     * @return the narrower listing
     */
    public StreamListing labelled(String name, String value) {
        Label.check(name, value);
        return new StreamListing(log, category, name, value, after, createdUpTo, limit);
    }

    /**
     * Only those created after this one.
     *
     * @param stream a stream of the log, whether it belongs to the listing or not
     * @return the narrower listing
     */
    public StreamListing after(StreamId stream) {
        return new StreamListing(log, category, label, value, stream, createdUpTo, limit);
    }

    /**
     * Only those that existed at this point.
     *
     * @param cursor a point of this log
     * @return the narrower listing
     */
    public StreamListing createdUpTo(Cursor cursor) {
        return new StreamListing(log, category, label, value, after, cursor, limit);
    }

    /**
     * At most so many streams.
     *
     * @param streams from 1
     * @return the narrower listing
     * @throws IllegalArgumentException if the number is less than 1
     */
    public StreamListing limit(long streams) {
        return new StreamListing(
                log, category, label, value, after, createdUpTo, StreamRead.positive("limit", streams));
    }

    /**
     * The category asked for.
     *
     * @return null = any
     */
    public @Nullable String category() {
        return category;
    }

    /**
     * The label asked for.
     *
     * @return null = any or none
     */
    public @Nullable String label() {
        return label;
    }

    /**
     * The label's value asked for.
     *
     * @return null = any
     */
    public @Nullable String value() {
        return value;
    }

    /**
     * After which stream to go on.
     *
     * @return null = from the first
     */
    public @Nullable StreamId after() {
        return after;
    }

    /**
     * Only streams whose first event is at or before this point.
     *
     * @return null = all
     */
    public @Nullable Cursor createdUpTo() {
        return createdUpTo;
    }

    /**
     * How many streams at most.
     *
     * @return {@link Long#MAX_VALUE} if there is no bound
     */
    public long limit() {
        return limit;
    }

    /**
     * Reads the whole listing into memory.
     *
     * @return the streams
     * @throws NoSuchStream if the stream to go on after is unknown
     */
    public List<StreamInfo> toList() {
        List<StreamInfo> all = new ArrayList<>();
        iterator().forEachRemaining(all::add);
        return all;
    }

    @Override
    public Iterator<StreamInfo> iterator() {
        Cursor end = createdUpTo == null ? log.head() : createdUpTo;
        return new Iterator<>() {
            private @Nullable StreamId last = after;
            private long left = limit;
            private boolean more = true;
            private Iterator<StreamInfo> page = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                if (left > 0 && more && !page.hasNext()) {
                    page = log.page(new StreamListing(log, category, label, value, last, end, left))
                            .iterator();
                    more = page.hasNext();
                }
                return left > 0 && page.hasNext();
            }

            @Override
            public StreamInfo next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("The listing is at its end.");
                }
                left--;
                StreamInfo next = page.next();
                last = next.stream();
                return next;
            }
        };
    }
}
