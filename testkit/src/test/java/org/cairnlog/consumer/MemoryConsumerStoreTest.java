// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import org.cairnlog.log.MemoryLogs;
import org.cairnlog.testkit.ConsumerStoreContract;
import org.cairnlog.testkit.LogFixture;

class MemoryConsumerStoreTest extends ConsumerStoreContract {
    @Override
    protected LogFixture open() {
        return MemoryLogs.fixture();
    }
}
