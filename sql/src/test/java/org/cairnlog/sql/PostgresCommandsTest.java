// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import javax.sql.DataSource;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.CommandsContract;
import org.cairnlog.testkit.CommandsPersistenceContract;
import org.junit.jupiter.api.Nested;

@SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
class PostgresCommandsTest extends CommandsContract {
    @Override
    protected PostgresFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
    }

    @Nested
    class AfterRestart extends CommandsPersistenceContract<PostgresFixture> {
        @Override
        protected PostgresFixture open() {
            return PostgresCommandsTest.this.open();
        }
    }

    /** Two nodes serve the calls in turn, so that the same command is sent to both at once. */
    @Nested
    class ByTwoNodes extends CommandsContract {
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
}
