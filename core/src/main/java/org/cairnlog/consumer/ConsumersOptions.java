// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;
import org.cairnlog.event.Limits;

/**
 * How consumers are run. Immutable; {@link #defaults} fits most.
 *
 * @param holder how this process is called where others see who runs a consumer; two processes may have one name
 * @param lease how long a process that has died or stands still keeps others from taking over
 * @param stopTimeout how long {@link Consumers#close} waits for handlers before it interrupts them
 * @param listener is told what happens
 */
public record ConsumersOptions(String holder, Duration lease, Duration stopTimeout, ConsumerListener listener) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if the lease is shorter than a second, the timeout is negative, or the name is
     *     empty or too long
     */
    public ConsumersOptions {
        Limits.text("name of the holder", holder, Limits.STANDARD.nameBytes());
        if (lease.compareTo(SHORTEST) < 0 || stopTimeout.isNegative()) {
            throw new IllegalArgumentException("A lease of " + lease + " and a timeout of " + stopTimeout
                    + " are not possible; a lease is a second or longer, a timeout not negative.");
        }
    }

    /**
     * Named after the process, leases of 30 seconds, 10 seconds to stop.
     *
     * @return the options
     */
    public static ConsumersOptions defaults() {
        return new ConsumersOptions(
                "process " + ProcessHandle.current().pid(),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                ConsumerListener.NONE);
    }

    /**
     * With another name for this process.
     *
     * @param holder the name
     * @return changed options
     */
    public ConsumersOptions holder(String holder) {
        return new ConsumersOptions(holder, lease, stopTimeout, listener);
    }

    /**
     * With other leases.
     *
     * @param lease how long a process that has died or stands still keeps others from taking over
     * @return changed options
     */
    public ConsumersOptions lease(Duration lease) {
        return new ConsumersOptions(holder, lease, stopTimeout, listener);
    }

    /**
     * With another patience at the end.
     *
     * @param stopTimeout how long to wait for handlers before they are interrupted
     * @return changed options
     */
    public ConsumersOptions stopTimeout(Duration stopTimeout) {
        return new ConsumersOptions(holder, lease, stopTimeout, listener);
    }

    /**
     * With somebody who is told what happens.
     *
     * @param listener is told
     * @return changed options
     */
    public ConsumersOptions listener(ConsumerListener listener) {
        return new ConsumersOptions(holder, lease, stopTimeout, listener);
    }
}
