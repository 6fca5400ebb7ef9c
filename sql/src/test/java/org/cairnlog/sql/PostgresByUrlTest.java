// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import javax.sql.DataSource;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.TransactionalEventLogContract;

/** Every contract, by a log that is opened by URL with a pool of its own: what the benchmarks measure. */
class PostgresByUrlTest extends TransactionalEventLogContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest())) {
            @Override
            TransactionalEventLog open(DataSource users, String name) {
                return Postgres.open(
                        site.url("postgres"), o -> site.options(name).apply(o).migrating());
            }
        };
    }
}
