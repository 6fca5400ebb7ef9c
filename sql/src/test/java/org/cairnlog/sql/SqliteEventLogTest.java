// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.AtomicEventLogContract;
import org.cairnlog.testkit.PersistenceContract;
import org.cairnlog.testkit.PersistentLogFixture;
import org.junit.jupiter.api.Nested;

class SqliteEventLogTest extends AtomicEventLogContract {
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
