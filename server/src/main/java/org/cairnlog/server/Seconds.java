// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Times that options give in seconds. */
final class Seconds {
    private Seconds() {}

    static @Nullable Duration of(String option, @Nullable Double seconds) {
        if (seconds == null) {
            return null;
        }
        if (seconds.isNaN() || seconds < 0 || seconds > 1e9) {
            throw Refused.usage(option + " " + seconds + ": expected seconds from 0 to 1000000000");
        }
        return Duration.ofMillis((long) (seconds * 1000));
    }
}
