// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;

/**
 * An append-only log of events in streams: what every store can do. Safe for use by many threads.
 *
 * <p>A reader that has seen a position never later meets a new event at or below it. An append that returned is
 * durable as the store promises; one that threw left nothing, except where {@link OutcomeUnknown} says so.
 *
 * <p>Every call may throw {@link LogUnavailable} if the store cannot work now, and {@link LogUnusable} if it is
 * damaged. Besides what a user calls, the interface has the methods that a store implements: {@code page} three times
 * and {@code history}.
 */
public interface EventLog extends AutoCloseable {
    /**
     * A log that lives and dies with this process, as strict as any store. For tests and trials.
     *
     * @return an empty log
     */
    static MemoryEventLog inMemory() {
        return MemoryEventLog.open();
    }

    /**
     * Appends all of the events after the stream's last one, or none of them. Appending the same events again returns
     * the first result and adds nothing.
     *
     * @param stream the stream
     * @param expected what the writer believes about it
     * @param events at least one
     * @return where they are
     * @throws IllegalArgumentException if there is no event, or too many
     * @throws DuplicateIds if an id is taken and this is no repeat
     * @throws StreamDeleted if the stream was deleted and the writer did not expect exactly its version
     * @throws VersionConflict if the belief is wrong
     * @throws LogBusy if the log had no time for it
     * @throws AppendInterrupted if the thread was interrupted while the append waited
     * @throws OutcomeUnknown if nobody can tell whether the events are stored
     */
    Appended append(StreamId stream, ExpectedVersion expected, List<EventData> events);

    /**
     * Appends like {@link #append(StreamId, ExpectedVersion, List)}.
     *
     * @param stream the stream
     * @param expected what the writer believes about it
     * @param events at least one
     * @return where they are
     */
    default Appended append(StreamId stream, ExpectedVersion expected, EventData... events) {
        return append(stream, expected, List.of(events));
    }

    /**
     * Appends again what an append with unknown outcome was to store: it is stored once, whether it was stored before
     * or not.
     *
     * @param unknown what the append threw
     * @return where the events are
     */
    default Appended repeat(OutcomeUnknown unknown) {
        Append append = unknown.append();
        StreamId stream = append.events().getFirst().stream();
        List<EventData> events =
                append.events().stream().map(Append.NewEvent::event).toList();
        return append(stream, append.expected(stream), events);
    }

    /**
     * The events of a stream in version order. A stream that nobody has written to is empty, not an error.
     *
     * @param stream the stream
     * @return a read that can be narrowed, and fetches when iterated
     */
    default StreamRead read(StreamId stream) {
        return new StreamRead(this::page, stream);
    }

    /**
     * The events that match a query, in position order.
     *
     * @param query which events
     * @return a read that can be narrowed, and fetches when iterated
     */
    default LogRead read(EventQuery query) {
        return new LogRead(this::page, this::beginning, query);
    }

    /**
     * Follows the log: the events that match from a point on, and then those to come.
     *
     * @param after the point; {@link #beginning} for everything
     * @param query which events
     * @return an open tail, to be closed
     */
    default Tail tail(Cursor after, EventQuery query) {
        return new Tail(this, after, query);
    }

    /**
     * The streams of the log in the order of their creation.
     *
     * @return a listing that can be narrowed, and fetches when iterated
     */
    default StreamListing streams() {
        return new StreamListing(this);
    }

    /**
     * What the directory knows of a stream.
     *
     * @param stream the stream
     * @return empty if nobody has written to it
     */
    Optional<StreamInfo> stream(StreamId stream);

    /**
     * Sets a label, also to the value that it has.
     *
     * @param stream the stream
     * @param name the label
     * @param value its value
     * @throws NoSuchStream if nobody has written to the stream
     * @throws StreamDeleted if the stream was deleted
     * @throws IllegalArgumentException if a text is not allowed, or the stream would have too many labels
     */
    void label(StreamId stream, String name, String value);

    /**
     * Takes a label away, if it is there.
     *
     * @param stream the stream
     * @param name the label
     * @throws NoSuchStream if nobody has written to the stream
     * @throws StreamDeleted if the stream was deleted
     */
    void unlabel(StreamId stream, String name);

    /**
     * The id of the log.
     *
     * @return what all its cursors carry
     */
    default UUID id() {
        return beginning().log();
    }

    /**
     * The point before the first event.
     *
     * @return a cursor at position 0
     */
    Cursor beginning();

    /**
     * The point after the last event.
     *
     * @return the beginning if the log is empty
     */
    Cursor head();

    /**
     * The point just after a position.
     *
     * @param position from 0 to the head's position
     * @return the cursor
     * @throws IllegalArgumentException if there is no such position
     */
    Cursor cursorAt(long position);

    /**
     * The log as it was at a time: the point after the last event recorded at or before it.
     *
     * @param time by the log's clock
     * @return the cursor
     */
    default Cursor cursorAt(Instant time) {
        LogRead later = read(EventQuery.all().andRecordedAfter(time)).limit(1);
        LogEvents first = later.toList();
        return first.isEmpty() ? first.cursor() : cursorAt(first.getFirst().position() - 1);
    }

    /**
     * Waits until the log has an event beyond a point.
     *
     * @param seen the point
     * @param timeout how long to wait at most, of any length; zero or less only looks
     * @return whether there is one
     * @throws InterruptedException if the thread is interrupted while waiting
     * @throws CursorFromAnotherHistory if the point is not one of this log
     */
    boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException;

    /**
     * The next part of the whole log, husks included, in whole appends; for copies and checks.
     *
     * @param after where to go on; from inside an append, the rest of it comes first
     * @return some appends, none only if there are no more
     * @throws CursorFromAnotherHistory if the point is not one of this log
     */
    HistoryPage history(Cursor after);

    /**
     * What is going on: what waits, since when, and why. Never waits for the log itself.
     *
     * @return the present state
     */
    LogStatus status();

    /**
     * The bounds on names, payloads, appends and pages.
     *
     * @return the same for every log
     */
    default Limits limits() {
        return Limits.STANDARD;
    }

    /**
     * The log under whatever stands before it: the one that its store opened, which keeps snapshots and checkpoints.
     *
     * @return this, unless it decorates another log
     */
    default EventLog undecorated() {
        return this;
    }

    /**
     * One page of a stream; for stores. It begins at the first event of the range that is still there, and has at least
     * one event if there is one.
     *
     * @param read the range
     * @return the page
     */
    StreamPage page(StreamRead read);

    /**
     * One page of a query; for stores. It may hold no event though there are some further on, because a page bounds the
     * work too; then its {@code searched} tells how far it came.
     *
     * @param read the query and range
     * @return the page
     * @throws CursorFromAnotherHistory if an end of the range is not a point of this log
     */
    LogPage page(LogRead read);

    /**
     * One page of the directory; for stores.
     *
     * @param listing the range
     * @return some streams, none only if there are no more
     */
    List<StreamInfo> page(StreamListing listing);

    /**
     * Stops taking appends, finishes those under way within a bound, and answers every waiter. Closing again does
     * nothing.
     */
    @Override
    void close();
}
