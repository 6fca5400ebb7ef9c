// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;

/**
 * What a worker does.
 *
 * @param state what it does
 * @param sinceNanos from when on, by {@link System#nanoTime}
 * @param why the reason; empty if there is nothing to say
 */
record Doing(ConsumerStatus.State state, long sinceNanos, String why) {
    static Doing now(ConsumerStatus.State state, String why) {
        return new Doing(state, System.nanoTime(), why);
    }

    Duration lasting() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    boolean isSame(ConsumerStatus.State other, String reason) {
        return state == other && why.equals(reason);
    }
}
