// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.TransactionalEventLogContract;

/** Every contract on the oldest server. */
class PostgresOldestTest extends TransactionalEventLogContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.oldest()));
    }
}
