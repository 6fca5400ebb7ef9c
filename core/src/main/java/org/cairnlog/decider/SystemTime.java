// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import java.time.InstantSource;

/** The wiring of time for snapshots that were given none. */
final class SystemTime {
    static final InstantSource CLOCK = InstantSource.system();

    private SystemTime() {}
}
