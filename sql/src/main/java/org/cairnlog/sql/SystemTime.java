// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** The wiring of time and chance for logs that were given none. */
final class SystemTime {
    static final InstantSource CLOCK = InstantSource.system();
    static final RandomGenerator RANDOM = new SecureRandom();

    private SystemTime() {}
}
