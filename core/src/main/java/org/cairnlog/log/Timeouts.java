// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Duration;

/** Durations as nanoseconds; what is longer than a century waits for a century, and what is negative not at all. */
final class Timeouts {
    private static final Duration CENTURY = Duration.ofDays(36_525);

    private Timeouts() {}

    static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(CENTURY) > 0 ? CENTURY.toNanos() : timeout.toNanos();
    }
}
