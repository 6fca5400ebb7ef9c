// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.sql.Connection;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;

/** A transaction that appends will be part of. For use by one thread, and only until the transaction ends. */
public interface LogTransaction {
    /**
     * The connection of the transaction, for the caller's own statements.
     *
     * @return not to be committed, rolled back or closed
     */
    Connection connection();

    /**
     * Buffers an append. Its beliefs are about the log with what this transaction has buffered before; its conditions
     * are about what others have appended. They are checked when the transaction is about to commit.
     *
     * @param append what to store and what is believed
     * @return what is known of it before the commit
     */
    PendingAppend append(Append append);

    /**
     * Buffers an append to one stream.
     *
     * @param stream the stream
     * @param expected what is believed about it
     * @param events at least one
     * @return what is known of it before the commit
     */
    default PendingAppend append(StreamId stream, ExpectedVersion expected, EventData... events) {
        return append(Append.to(stream, expected, events));
    }

    /**
     * Buffers an append to one stream.
     *
     * @param stream the stream
     * @param expected what is believed about it
     * @param events at least one
     * @return what is known of it before the commit
     */
    default PendingAppend append(StreamId stream, ExpectedVersion expected, List<EventData> events) {
        return append(Append.to(stream, expected, events));
    }

    /**
     * The events of a stream, and after them those that this transaction has buffered. A buffered event has position 0
     * and the recorded time {@link java.time.Instant#EPOCH}, and the version that it gets if nobody else appends to the
     * stream.
     *
     * @param stream the stream
     * @return a read that can be narrowed, and fetches when iterated
     */
    StreamRead read(StreamId stream);

    /**
     * The events that match a query, and after them those that this transaction has buffered, as in
     * {@link #read(StreamId)}.
     *
     * @param query which events
     * @return the events in memory, and the point of the log up to which they were read
     */
    LogEvents read(EventQuery query);
}
