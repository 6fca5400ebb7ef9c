// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.LogFixture;
import org.cairnlog.testkit.PartitionsContract;

class MemoryPartitionsTest extends PartitionsContract {
    @Override
    protected LogFixture open() {
        return MemoryLogs.fixture();
    }
}
