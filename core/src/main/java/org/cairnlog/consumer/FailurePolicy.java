// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What happens when an event cannot be handled, be it the handler that fails or the decoding: tries with growing
 * pauses, and then an end. Only failures of the event count; if the log itself cannot be reached, a consumer waits for
 * it without end, and says so.
 *
 * @param retries how often the event is tried again, from 0
 * @param pause how long to wait before the first of these tries; doubled each time, and varied by a quarter up or down
 *     so that many consumers do not try at once
 * @param longest the longest pause
 * @param end what happens after the last try
 */
public record FailurePolicy(int retries, Duration pause, Duration longest, End end) {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int DOUBLINGS = 40;
    private static final double LEAST = 0.75;

    /** What happens after the last try. */
    public enum End {
        /** The consumer stops and says why, until somebody resumes it. */
        FAIL,

        /** The consumer goes on without the event, and keeps a record of it. */
        SKIP,

        /** The event is parked, and later events of its stream behind it; the consumer goes on with all others. */
        PARK
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public FailurePolicy {
        if (retries < 0 || pause.isNegative() || longest.isNegative()) {
            throw new IllegalArgumentException("No number of a failure policy may be negative: " + retries
                    + " retries, a pause of " + pause + ", at most " + longest + ".");
        }
    }

    /**
     * Stop at once.
     *
     * @return the policy
     */
    public static FailurePolicy fail() {
        return retry(0, Duration.ZERO);
    }

    /**
     * Go on without the event at once, and keep a record of it.
     *
     * @return the policy
     */
    public static FailurePolicy skip() {
        return fail().thenSkip();
    }

    /**
     * Park the event at once.
     *
     * @return the policy
     */
    public static FailurePolicy park() {
        return fail().thenPark();
    }

    /**
     * Try again, and then stop, unless it is said what else comes then.
     *
     * @param times how often, from 0
     * @param pause how long to wait before the first of these tries; doubled each time, up to a minute
     * @return the policy
     */
    public static FailurePolicy retry(int times, Duration pause) {
        return new FailurePolicy(times, pause, LONGEST, End.FAIL);
    }

    /**
     * With another longest pause.
     *
     * @param longest the longest pause
     * @return changed policy
     */
    public FailurePolicy upTo(Duration longest) {
        return new FailurePolicy(retries, pause, longest, end);
    }

    /**
     * And then stop.
     *
     * @return changed policy
     */
    public FailurePolicy thenFail() {
        return new FailurePolicy(retries, pause, longest, End.FAIL);
    }

    /**
     * And then go on without the event, and keep a record of it.
     *
     * @return changed policy
     */
    public FailurePolicy thenSkip() {
        return new FailurePolicy(retries, pause, longest, End.SKIP);
    }

    /**
     * And then park the event.
     *
     * @return changed policy
     */
    public FailurePolicy thenPark() {
        return new FailurePolicy(retries, pause, longest, End.PARK);
    }

    /** How long to wait after a number of failures in a row, from 1. */
    long pauseNanos(int failures, RandomGenerator random) {
        double doubled = Math.scalb((double) pause.toNanos(), Math.min(failures - 1, DOUBLINGS));
        double varied = doubled * (LEAST + random.nextDouble() / 2);
        return (long) Math.min(varied, (double) longest.toNanos());
    }
}
