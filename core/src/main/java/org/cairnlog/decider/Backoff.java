// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** How to wait before trying again. Safe for use by many threads. */
@FunctionalInterface
public interface Backoff {
    /** From a millisecond on, doubling up to 100 milliseconds, each time a random part of that. */
    Backoff STANDARD = of(Duration.ofMillis(1), Duration.ofMillis(100));

    /** A way to let time pass. */
    @FunctionalInterface
    interface Sleeper {
        /**
         * Returns when the time has passed.
         *
         * @param time how long, more than zero
         * @throws InterruptedException if the thread is interrupted meanwhile
         */
        void sleep(Duration time) throws InterruptedException;
    }

    /**
     * Waits.
     *
     * @param failures how often it failed so far, from 1
     * @throws InterruptedException if the thread is interrupted meanwhile, so that it is not tried again
     */
    void pause(int failures) throws InterruptedException;

    /**
     * Waits a random part of a time that doubles: rivals that met once would meet again in step.
     *
     * @param first the most to wait after the first failure, more than zero
     * @param longest the most to wait at all
     * @return the back-off
     */
    static Backoff of(Duration first, Duration longest) {
        return of(first, longest, () -> ThreadLocalRandom.current().nextLong(), Thread::sleep);
    }

    /**
     * Waits like {@link #of(Duration, Duration)}, by the caller's chance and time.
     *
     * @param first the most to wait after the first failure, more than zero
     * @param longest the most to wait at all
     * @param random where the part comes from; safe for use by many threads
     * @param sleeper lets the time pass
     * @return the back-off
     * @throws IllegalArgumentException if a duration is zero or less, or the first is longer than the longest
     */
    static Backoff of(Duration first, Duration longest, RandomGenerator random, Sleeper sleeper) {
        if (!first.isPositive() || first.compareTo(longest) > 0) {
            throw new IllegalArgumentException("A back-off begins with more than zero and no more than its longest;"
                    + " not with " + first + " up to " + longest + ".");
        }
        long longestNanos = longest.toNanos();
        return failures -> {
            long most = first.toNanos();
            for (int i = 1; i < failures && most < longestNanos; i++) {
                most = Math.min(2 * most, longestNanos);
            }
            sleeper.sleep(Duration.ofNanos(1 + random.nextLong(most)));
        };
    }
}
