// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import javax.sql.DataSource;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.ConcurrencyContract;

/** Many clients at once on two nodes. */
class PostgresConcurrencyTest extends ConcurrencyContract {
    @Override
    protected AtomicLogFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest())) {
            @Override
            TransactionalEventLog open(DataSource users, String name) {
                return new TwoNodes(super.open(users, name), super.open(users, name));
            }
        };
    }
}
