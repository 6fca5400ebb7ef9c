// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.testkit.ConsumersContract;
import org.cairnlog.testkit.LogFixture;
import org.cairnlog.testkit.PartitionsContract;
import org.cairnlog.testkit.ProjectionContract;
import org.cairnlog.testkit.TransactionalLogFixture;
import org.junit.jupiter.api.Nested;

@SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
class SqliteConsumersTest {
    @Nested
    class Subscriptions extends ConsumersContract {
        @Override
        protected LogFixture open() {
            return new SqliteFixture();
        }
    }

    @Nested
    class Partitions extends PartitionsContract {
        @Override
        protected LogFixture open() {
            return new SqliteFixture();
        }
    }

    @Nested
    class Projections extends ProjectionContract {
        @Override
        protected TransactionalLogFixture open() {
            return new SqliteFixture();
        }
    }
}
