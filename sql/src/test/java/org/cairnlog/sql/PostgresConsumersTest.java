// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.ConsumersContract;
import org.cairnlog.testkit.LogFixture;
import org.cairnlog.testkit.PartitionsContract;
import org.cairnlog.testkit.ProjectionContract;
import org.cairnlog.testkit.TransactionalLogFixture;
import org.junit.jupiter.api.Nested;

/** By a service that may append and consume. */
@SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
class PostgresConsumersTest {
    private static PostgresFixture fixture() {
        PostgresSite site = PostgresSite.on(PostgresServer.newest());
        return new PostgresFixture(site, site.pool("service"), site.pool("maintainer"));
    }

    @Nested
    class Subscriptions extends ConsumersContract {
        @Override
        protected LogFixture open() {
            return fixture();
        }
    }

    @Nested
    class Partitions extends PartitionsContract {
        @Override
        protected LogFixture open() {
            return fixture();
        }
    }

    @Nested
    class Projections extends ProjectionContract {
        @Override
        protected TransactionalLogFixture open() {
            return fixture();
        }
    }
}
