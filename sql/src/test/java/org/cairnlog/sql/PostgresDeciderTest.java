// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.DeciderContract;
import org.cairnlog.testkit.DecisionsInTransactionsContract;
import org.junit.jupiter.api.Nested;

class PostgresDeciderTest extends DeciderContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
    }

    @Nested
    class InTransactions extends DecisionsInTransactionsContract {
        @Override
        protected PostgresFixture open() {
            return PostgresDeciderTest.this.open();
        }
    }
}
