// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.CommandsContract;
import org.cairnlog.testkit.CommandsPersistenceContract;
import org.junit.jupiter.api.Nested;

class SqliteCommandsTest extends CommandsContract {
    @Override
    protected SqliteFixture open() {
        return new SqliteFixture();
    }

    @Nested
    class AfterRestart extends CommandsPersistenceContract<SqliteFixture> {
        @Override
        protected SqliteFixture open() {
            return SqliteCommandsTest.this.open();
        }
    }
}
