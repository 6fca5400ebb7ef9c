// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.event;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** The wiring of ids that nobody chose: the system's clock, and chance that no other process repeats. */
final class SystemIds {
    static final EventIds V7 =
            new EventIds(InstantSource.system(), new SplittableRandom(new SecureRandom().nextLong()));

    private SystemIds() {}
}
