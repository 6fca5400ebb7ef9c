// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.RecordedEvent;

/** The events that a read found, and how far it looked. Unmodifiable. */
public final class LogEvents extends AbstractList<RecordedEvent> {
    private final List<RecordedEvent> events;
    private final Cursor cursor;
    private final long husks;

    LogEvents(List<RecordedEvent> events, Cursor cursor, long husks) {
        this.events = List.copyOf(events);
        this.cursor = cursor;
        this.husks = husks;
    }

    /**
     * The point up to which no match is missing: where to go on, and what a condition on the same query takes. It is
     * the end of the range as the read began (the log's head, if nothing else was said; where the range begins, if it
     * ends before that), or, if a forward read reached its limit, the last event.
     *
     * @return the cursor
     */
    public Cursor cursor() {
        return cursor;
    }

    /**
     * How many events that may have matched were left out because they were removed; metadata does not count.
     *
     * @return the number of husks passed
     */
    public long husks() {
        return husks;
    }

    /**
     * These events and then more, up to the same point; for transactions that show what they have buffered.
     *
     * @param more what follows
     * @return the longer list
     */
    public LogEvents plus(List<RecordedEvent> more) {
        List<RecordedEvent> all = new ArrayList<>(events);
        all.addAll(more);
        return new LogEvents(all, cursor, husks);
    }

    @Override
    public RecordedEvent get(int index) {
        return events.get(index);
    }

    @Override
    public int size() {
        return events.size();
    }
}
