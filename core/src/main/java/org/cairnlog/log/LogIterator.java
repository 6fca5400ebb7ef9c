// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.cairnlog.event.RecordedEvent;
import org.jspecify.annotations.Nullable;

/** A read of a query under way. Holds nothing between pages. For use by one thread. */
public final class LogIterator implements Iterator<RecordedEvent> {
    private final LogRead read;
    private final Cursor start;
    private final Cursor end;
    private Cursor searched;
    private Iterator<RecordedEvent> page = Collections.emptyIterator();
    private @Nullable RecordedEvent last;
    private long left;
    private long husks;

    LogIterator(LogRead read) {
        this.read = read;
        Cursor after = read.after();
        Cursor upTo = read.upTo();
        LogPage first = read.page();
        start = after == null ? read.beginning() : after;
        end = upTo == null ? first.head() : upTo;
        left = read.limit();
        page = first.events().iterator();
        searched = first.searched();
        husks = first.husks();
    }

    @Override
    public boolean hasNext() {
        while (left > 0 && !page.hasNext() && !exhausted()) {
            LogRead rest = read.isBackward() ? read.rest(start, searched, left) : read.rest(searched, end, left);
            LogPage more = rest.page();
            page = more.events().iterator();
            searched = more.searched();
            husks += more.husks();
        }
        return left > 0 && page.hasNext();
    }

    @Override
    public RecordedEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The read of " + read.query() + " is at its end.");
        }
        left--;
        last = page.next();
        return last;
    }

    private boolean exhausted() {
        return read.isBackward() ? start.covers(searched) : searched.covers(end);
    }

    /**
     * The point up to which no match is missing, so that reading or tailing can go on from here. Forward, it is the
     * event that {@link #next} returned last, or, once there is no next one, the end of the range; where a limit cut
     * the read short, it stays at the last event. Backward, it is the end of the range that the read began at.
     *
     * @return the cursor
     */
    public Cursor cursor() {
        boolean atEnd = left > 0 && !page.hasNext() && exhausted();
        if (read.isBackward() || atEnd) {
            // A range may end before it begins; going on from its end would be going back.
            return start.covers(end) ? start : end;
        }
        return last == null ? start : Cursor.of(end.log(), new Cursor.Place(last.position(), last.id()));
    }

    /**
     * How many events that may have matched were left out so far because they were removed; metadata does not count.
     *
     * @return the number of husks passed
     */
    public long husks() {
        return husks;
    }
}
