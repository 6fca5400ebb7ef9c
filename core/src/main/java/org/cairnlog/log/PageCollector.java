// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;

/** Collects the events of one page within the bounds of a page; for stores. For use by one thread. */
public final class PageCollector {
    private final List<RecordedEvent> events = new ArrayList<>();
    private final long limit;
    private long bytes;
    private boolean full;

    /**
     * An empty page.
     *
     * @param limit how many events the read still wants
     */
    public PageCollector(long limit) {
        this.limit = Math.min(limit, Limits.STANDARD.pageEvents());
    }

    /**
     * Takes the next event, if it fits; an event that is larger than a page fits into an empty one.
     *
     * @param event the next event
     * @return false if it has to begin the next page
     */
    public boolean take(RecordedEvent event) {
        bytes += event.data().size();
        boolean fits = events.isEmpty() || bytes <= Limits.STANDARD.pageBytes();
        if (fits) {
            events.add(event);
        }
        full = !fits || events.size() >= limit;
        return fits;
    }

    /**
     * Whether the page takes no more.
     *
     * @return true if an event did not fit, or there are as many as wanted
     */
    public boolean isFull() {
        return full;
    }

    /**
     * What was taken.
     *
     * @return an unmodifiable view
     */
    public List<RecordedEvent> events() {
        return Collections.unmodifiableList(events);
    }
}
