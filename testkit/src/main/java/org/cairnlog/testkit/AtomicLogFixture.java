// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.util.UUID;
import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogRestore;

/** A fixture for a log that stores many streams at once and can be restored. */
public interface AtomicLogFixture extends LogFixture {
    @Override
    AtomicEventLog log();

    /**
     * Begins, or goes on, to fill a second log of the same kind, empty at first.
     *
     * @param log the id that the second log takes over
     * @return the restore, to be closed
     */
    LogRestore restore(UUID log);

    /**
     * The second log, which {@link #restore} fills.
     *
     * @return the same until {@link #close}; opened at the first call
     */
    AtomicEventLog restored();

    /**
     * Removal and checks for the second log.
     *
     * @return the same until {@link #close}; opened at the first call
     */
    LogMaintenance restoredMaintenance();
}
