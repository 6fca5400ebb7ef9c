// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import javax.sql.DataSource;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.TransactionalEventLogContract;

/** Every contract, by two nodes that serve the calls in turn. */
class PostgresTwoNodesTest extends TransactionalEventLogContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest())) {
            @Override
            TransactionalEventLog open(DataSource users, String name) {
                return new TwoNodes(super.open(users, name), super.open(users, name));
            }
        };
    }
}
