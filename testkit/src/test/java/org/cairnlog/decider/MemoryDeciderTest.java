// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.decider;

import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.DeciderContract;

class MemoryDeciderTest extends DeciderContract {
    @Override
    protected AtomicLogFixture open() {
        return MemoryLogs.fixture();
    }
}
