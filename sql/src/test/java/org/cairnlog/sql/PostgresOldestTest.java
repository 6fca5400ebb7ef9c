// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.AtomicEventLogContract;

/** Every contract on the oldest server. */
class PostgresOldestTest extends AtomicEventLogContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.oldest()));
    }
}
