// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.cairnlog.event.RecordedEvent;

/**
 * A read of a stream under way. Holds nothing between pages. For use by one thread.
 *
 * <p>It throws {@link HistoryRemoved} if the part that comes next is removed meanwhile.
 */
public final class StreamIterator implements Iterator<RecordedEvent> {
    private final StreamRead read;
    private final long version;
    private final long removedBefore;
    private final long first;
    private final long last;
    private Iterator<RecordedEvent> page;
    private long left;
    private long next;

    StreamIterator(StreamRead read) {
        this.read = read;
        StreamPage start = read.page();
        version = start.version();
        removedBefore = start.removedBefore();
        first = Math.max(read.from(), removedBefore);
        last = Math.min(read.to(), version);
        next = read.isBackward() ? last : first;
        left = read.limit();
        page = start.events().iterator();
    }

    /**
     * The stream's version when the read began, whatever its range.
     *
     * @return 0 if nobody has written to the stream
     */
    public long version() {
        return version;
    }

    /**
     * What was removed before the read began.
     *
     * @return the first version that was not removed; 1 if nothing was
     */
    public long removedBefore() {
        return removedBefore;
    }

    @Override
    public boolean hasNext() {
        if (left == 0 || next < first || next > last) {
            return false;
        }
        if (!page.hasNext()) {
            StreamPage more = rest().page();
            if (more.events().isEmpty() || more.events().getFirst().version() != next) {
                throw new HistoryRemoved(read.stream(), more.removedBefore());
            }
            page = more.events().iterator();
        }
        return true;
    }

    @Override
    public RecordedEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException("The read of " + read.stream() + " is at its end.");
        }
        left--;
        next += read.isBackward() ? -1 : 1;
        return page.next();
    }

    private StreamRead rest() {
        return read.isBackward() ? read.rest(first, next, left) : read.rest(next, last, left);
    }
}
