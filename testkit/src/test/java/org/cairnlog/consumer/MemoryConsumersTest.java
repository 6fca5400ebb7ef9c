// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.ConsumersContract;
import org.cairnlog.testkit.LogFixture;

class MemoryConsumersTest extends ConsumersContract {
    @Override
    protected LogFixture open() {
        return MemoryLogs.fixture();
    }
}
