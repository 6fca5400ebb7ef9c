// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.testkit.LogFixture;

/** Logs in memory for the tests of other packages. */
public final class MemoryLogs {
    private MemoryLogs() {}

    /** A fixture with an empty log. */
    public static LogFixture fixture() {
        return new MemoryFixture(MemoryEventLog::new);
    }
}
