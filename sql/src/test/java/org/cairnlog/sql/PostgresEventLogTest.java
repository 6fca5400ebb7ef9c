// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.PersistenceContract;
import org.cairnlog.testkit.PersistentLogFixture;
import org.cairnlog.testkit.TransactionalEventLogContract;
import org.junit.jupiter.api.Nested;

/** Every contract, as the owner of the schema, on the newest server. */
class PostgresEventLogTest extends TransactionalEventLogContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
    }

    @Nested
    class Persistence extends PersistenceContract {
        @Override
        protected PersistentLogFixture open() {
            return PostgresEventLogTest.this.open();
        }
    }
}
