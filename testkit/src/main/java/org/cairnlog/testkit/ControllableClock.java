// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A clock that stands still until it is told to move, also backwards. Safe for use by many threads. */
public final class ControllableClock implements InstantSource {
    private final AtomicReference<Instant> now;
    private final Consumer<Instant> moved;

    private ControllableClock(Instant start, Consumer<Instant> moved) {
        now = new AtomicReference<>(start);
        this.moved = moved;
        moved.accept(start);
    }

    /**
     * A clock that shows a time.
     *
     * @param start the time
     * @return the clock
     */
    public static ControllableClock at(Instant start) {
        return at(start, time -> {});
    }

    /**
     * A clock that tells what it shows, for a store that takes its times from elsewhere.
     *
     * @param start the time
     * @param moved told at once, and whenever the clock is moved
     * @return the clock
     */
    public static ControllableClock at(Instant start, Consumer<Instant> moved) {
        return new ControllableClock(start, moved);
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
        moved.accept(now.updateAndGet(time -> time.plus(step)));
    }

    /**
     * Sets the clock.
     *
     * @param time what it is to show
     */
    public void set(Instant time) {
        now.set(time);
        moved.accept(time);
    }
}
