// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is told to move, also backwards. Safe for use by many threads. */
public final class ControllableClock implements InstantSource {
    private final AtomicReference<Instant> now;

    private ControllableClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /**
     * A clock that shows a time.
     *
     * @param start the time
     * @return the clock
     */
    public static ControllableClock at(Instant start) {
        return new ControllableClock(start);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /**
     * Moves the clock.
     *
     * @param step how far; negative sets it back
     */
    public void advance(Duration step) {
        now.updateAndGet(time -> time.plus(step));
    }

    /**
     * Sets the clock.
     *
     * @param time what it is to show
     */
    public void set(Instant time) {
        now.set(time);
    }
}
