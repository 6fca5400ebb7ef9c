// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.PageCollector;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.StreamPage;
import org.cairnlog.log.StreamRead;
import org.jspecify.annotations.Nullable;

/**
 * The appends that a transaction holds back until its owner's work is done, and the log as it would look with them.
 *
 * <p>A stream ends for this transaction where it ended when the transaction first looked at it; behind that stands what
 * is buffered. So what others append meanwhile does not move under the reader, and is found at the commit.
 */
class TransactionBuffer implements LogTransaction {
    private final Connection connection;
    private final Function<StreamRead, StreamPage> storedPages;
    private final Function<EventQuery, LogEvents> storedEvents;
    private final Thread thread = Thread.currentThread();
    private final List<Append> appends = new ArrayList<>();
    private final Set<UUID> ids = new HashSet<>();
    private final Map<StreamId, Long> known = new HashMap<>();
    private final Map<StreamId, End> ends = new HashMap<>();
    private boolean ended;

    /** Where a stream ended, and what of it was removed, at the first look. */
    private record End(long version, long removedBefore) {
        /** What was removed later, behind this end, is not seen. */
        long removedBefore(StreamPage stored) {
            return Math.min(stored.removedBefore(), version + 1);
        }
    }

    /**
     * An empty buffer, for the thread that makes it.
     *
     * @param storedPages gives a page of a stream as it is stored
     * @param storedEvents gives the events that are stored
     */
    TransactionBuffer(
            Connection connection,
            Function<StreamRead, StreamPage> storedPages,
            Function<EventQuery, LogEvents> storedEvents) {
        this.connection = connection;
        this.storedPages = storedPages;
        this.storedEvents = storedEvents;
    }

    /** What was buffered, in order. */
    List<Append> appends() {
        return List.copyOf(appends);
    }

    /** Takes no more, and answers no more. */
    void finish() {
        ended = true;
    }

    private void checkUsable() {
        if (ended) {
            throw new IllegalStateException(
                    "The transaction has ended. What it was given for must be done before the block returns.");
        }
        if (Thread.currentThread().threadId() != thread.threadId()) {
            throw new IllegalStateException("The transaction belongs to the thread \"" + thread.getName()
                    + "\"; no other may use it, this is \""
                    + Thread.currentThread().getName() + "\".");
        }
    }

    @Override
    public Connection connection() {
        checkUsable();
        return connection;
    }

    @Override
    public PendingAppend append(Append append) {
        checkUsable();
        for (UUID id : append.ids()) {
            if (ids.contains(id)) {
                throw new IllegalArgumentException("The event id " + id + " appears twice in one transaction;"
                        + " make a new EventData for each event.");
            }
        }
        ids.addAll(append.ids());
        appends.add(append);
        append.expectations().forEach((stream, expected) -> {
            Long exact = exact(expected);
            if (exact != null) {
                known.put(stream, exact);
            }
        });
        Map<StreamId, Long> versions = new HashMap<>();
        for (Append.NewEvent event : append.events()) {
            Long version = known.computeIfPresent(event.stream(), (stream, before) -> before + 1);
            if (version != null) {
                versions.put(event.stream(), version);
            }
        }
        return new PendingAppend(versions);
    }

    private static @Nullable Long exact(ExpectedVersion expected) {
        return switch (expected) {
            case ExpectedVersion.NoStream none -> 0L;
            case ExpectedVersion.Exactly exactly -> exactly.version();
            case ExpectedVersion.Deleted deleted -> deleted.version();
            case ExpectedVersion.Any any -> null;
            case ExpectedVersion.Exists exists -> null;
        };
    }

    @Override
    public StreamRead read(StreamId stream) {
        checkUsable();
        return new StreamRead(this::page, stream);
    }

    @Override
    public LogEvents read(EventQuery query) {
        checkUsable();
        LogEvents stored = storedEvents.apply(query);
        Map<StreamId, Long> counts = new HashMap<>();
        List<RecordedEvent> matching = new ArrayList<>();
        for (Append append : visible()) {
            for (Append.NewEvent event : append.events()) {
                long index = counts.merge(event.stream(), 1L, Long::sum);
                if (query.matches(pending(event.stream(), index, event.event()))) {
                    matching.add(pending(event.stream(), end(event.stream()).version() + index, event.event()));
                }
            }
        }
        return stored.plus(matching);
    }

    /** What reads see of the buffer. */
    List<Append> visible() {
        return appends;
    }

    private List<EventData> visible(StreamId stream) {
        return visible().stream()
                .flatMap(append -> append.events().stream())
                .filter(event -> event.stream().equals(stream))
                .map(Append.NewEvent::event)
                .toList();
    }

    private static RecordedEvent pending(StreamId stream, long version, EventData event) {
        return new RecordedEvent(0, stream, version, Instant.EPOCH, event);
    }

    private End end(StreamId stream) {
        End end = ends.get(stream);
        return end == null
                ? end(stored(new StreamRead(storedPages, stream).backward().limit(1)), stream)
                : end;
    }

    private End end(StreamPage page, StreamId stream) {
        return ends.computeIfAbsent(stream, s -> new End(page.version(), page.removedBefore()));
    }

    private StreamPage stored(StreamRead read) {
        return storedPages.apply(read);
    }

    private StreamPage page(StreamRead read) {
        checkUsable();
        StreamPage first = ends.containsKey(read.stream()) ? null : stored(read);
        End end = first == null ? end(read.stream()) : end(first, read.stream());
        List<EventData> more = visible(read.stream());
        return read.isBackward() ? backward(read, first, end, more) : forward(read, first, end, more);
    }

    private StreamPage forward(StreamRead read, @Nullable StreamPage first, End end, List<EventData> more) {
        var page = new PageCollector(read.limit());
        long last = Math.min(read.to(), end.version() + more.size());
        long next = read.from();
        long removedBefore = end.removedBefore();
        if (next <= Math.min(last, end.version())) {
            StreamPage stored = first == null ? stored(read.to(Math.min(last, end.version()))) : first;
            stored.events().forEach(page::take);
            removedBefore = end.removedBefore(stored);
            next = Math.max(next, removedBefore) + stored.events().size();
        }
        for (; next > end.version() && next <= last && !page.isFull(); next++) {
            page.take(pending(read.stream(), next, more.get((int) (next - end.version() - 1))));
        }
        return new StreamPage(page.events(), end.version() + more.size(), removedBefore);
    }

    private StreamPage backward(StreamRead read, @Nullable StreamPage first, End end, List<EventData> more) {
        var page = new PageCollector(read.limit());
        long next = Math.min(read.to(), end.version() + more.size());
        long removedBefore = end.removedBefore();
        for (; next > end.version() && next >= read.from() && !page.isFull(); next--) {
            page.take(pending(read.stream(), next, more.get((int) (next - end.version() - 1))));
        }
        if (!page.isFull() && next >= read.from()) {
            StreamRead rest = read.to(next).limit(read.limit() - page.events().size());
            StreamPage stored = first == null || !page.events().isEmpty() ? stored(rest) : first;
            stored.events().forEach(page::take);
            removedBefore = end.removedBefore(stored);
        }
        return new StreamPage(page.events(), end.version() + more.size(), removedBefore);
    }
}
