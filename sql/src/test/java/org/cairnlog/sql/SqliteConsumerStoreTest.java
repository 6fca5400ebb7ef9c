// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.ConsumerStoreContract;
import org.cairnlog.testkit.LogFixture;

class SqliteConsumerStoreTest extends ConsumerStoreContract {
    @Override
    protected LogFixture open() {
        return new SqliteFixture();
    }
}
