// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.ConsumerStoreContract;
import org.cairnlog.testkit.LogFixture;

/** By a service that may append and consume. */
class PostgresConsumerStoreTest extends ConsumerStoreContract {
    @Override
    protected LogFixture open() {
        PostgresSite site = PostgresSite.on(PostgresServer.newest());
        return new PostgresFixture(site, site.pool("service"), site.pool("maintainer"));
    }
}
