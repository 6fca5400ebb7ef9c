// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import org.cairnlog.log.AtomicEventLog;
import org.cairnlog.log.EventLog;

class MemoryConcurrencyTest extends ConcurrencyContract {
    @Override
    protected AtomicEventLog open() {
        return EventLog.inMemory();
    }
}
