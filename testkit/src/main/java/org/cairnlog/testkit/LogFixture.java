// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogMaintenance;

/**
 * A new, empty log under test and what belongs to it. A contract takes one for each test and closes it. Two fixtures
 * share nothing.
 */
public interface LogFixture extends AutoCloseable {
    /**
     * The log.
     *
     * @return the same until {@link #close}
     */
    EventLog log();

    /**
     * Removal and checks for the log.
     *
     * @return the same until {@link #close}
     */
    LogMaintenance maintenance();

    /**
     * The clock that the log takes its times from.
     *
     * @return the same until {@link #close}
     */
    ControllableClock clock();

    /** Closes what is open and takes away what was made. */
    @Override
    void close();
}
