// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.DeciderContract;
import org.cairnlog.testkit.DecisionsInTransactionsContract;
import org.junit.jupiter.api.Nested;

class SqliteDeciderTest extends DeciderContract {
    @Override
    protected SqliteFixture open() {
        return new SqliteFixture();
    }

    @Nested
    class InTransactions extends DecisionsInTransactionsContract {
        @Override
        protected SqliteFixture open() {
            return new SqliteFixture();
        }
    }
}
