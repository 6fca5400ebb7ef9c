// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.TransactionalEventLogContract;

/** Every contract, by a service that may append and read, and a maintainer. */
class PostgresRolesTest extends TransactionalEventLogContract {
    @Override
    protected PostgresFixture open() {
        PostgresSite site = PostgresSite.on(PostgresServer.newest());
        return new PostgresFixture(site, site.pool("service"), site.pool("maintainer"));
    }
}
