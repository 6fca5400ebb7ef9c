// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.testkit.AtomicEventLogContract;
import org.cairnlog.testkit.AtomicLogFixture;

class MemoryEventLogTest extends AtomicEventLogContract {
    @Override
    protected AtomicLogFixture open() {
        return new MemoryFixture(MemoryEventLog::new);
    }
}
