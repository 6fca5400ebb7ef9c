// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.PersistenceContract;
import org.cairnlog.testkit.PersistentLogFixture;
import org.cairnlog.testkit.TransactionalEventLogContract;
import org.junit.jupiter.api.Nested;

class SqliteEventLogTest extends TransactionalEventLogContract {
    @Override
    protected SqliteFixture open() {
        return new SqliteFixture();
    }

    @Nested
    class Persistence extends PersistenceContract {
        @Override
        protected PersistentLogFixture open() {
            return new SqliteFixture();
        }
    }
}
