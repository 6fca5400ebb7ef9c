// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;

/**
 * Follows a log: each event that matches once, in order, from a point on and without end. One code path, read to the
 * searched-through mark and then wait, so there is no seam between old events and new ones. For use by one thread;
 * another may close it, which a reader that waits notices within two seconds.
 */
public final class Tail implements AutoCloseable {
    // How soon a waiting reader notices that it was closed by another thread; each slice costs the log a look.
    private static final Duration SLICE = Duration.ofSeconds(2);

    private final EventLog log;
    private final EventQuery query;
    private Cursor fetched;
    private Cursor cursor;
    private Iterator<RecordedEvent> page = Collections.emptyIterator();
    private long husks;
    private volatile boolean closed;

    Tail(EventLog log, Cursor after, EventQuery query) {
        this.log = log;
        this.query = query;
        this.fetched = after;
        this.cursor = after;
    }

    /**
     * The next event, waiting for it if need be.
     *
     * @param timeout how long to wait at most, of any length; zero or less only looks
     * @return empty if none came in time, or the tail was closed meanwhile
     * @throws InterruptedException if the thread is interrupted while waiting
     * @throws CursorFromAnotherHistory if the log's history has changed under the reader
     * @throws IllegalStateException if the tail was closed before
     */
    public Optional<RecordedEvent> next(Duration timeout) throws InterruptedException {
        if (closed) {
            throw new IllegalStateException("The tail is closed; open a new one at its cursor.");
        }
        long deadline = System.nanoTime() + Timeouts.nanos(timeout);
        while (!closed) {
            if (page.hasNext()) {
                RecordedEvent next = page.next();
                cursor = page.hasNext()
                        ? Cursor.of(fetched.log(), new Cursor.Place(next.position(), next.id()))
                        : fetched;
                return Optional.of(next);
            }
            LogPage more = log.page(log.read(query).after(fetched));
            page = more.events().iterator();
            fetched = more.searched();
            husks += more.husks();
            if (page.hasNext()) {
                continue;
            }
            cursor = fetched;
            if (!awaitGrowth(deadline)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Waits until there is something to fetch; false if the time is over, or the tail was closed. */
    private boolean awaitGrowth(long deadline) throws InterruptedException {
        boolean grown;
        do {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            grown = log.awaitGrowth(fetched, left.compareTo(SLICE) < 0 ? left : SLICE);
        } while (!grown && !closed && deadline - System.nanoTime() > 0);
        return grown;
    }

    /**
     * The point that the reader has passed: after the event that {@link #next} returned last, or further if it is known
     * that nothing matches for a while.
     *
     * @return where a new tail would go on
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

    @Override
    public void close() {
        closed = true;
    }
}
