// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.testkit.AtomicLogFixture;

/** Logs in memory for the contracts of other packages. */
public final class MemoryLogs {
    private MemoryLogs() {}

    /**
     * A new, empty log.
     *
     * @return a fixture that the caller closes
     */
    public static AtomicLogFixture fixture() {
        return new MemoryFixture(MemoryEventLog::new);
    }
}
