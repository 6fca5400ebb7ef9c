// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.AtomicLogFixture;
import org.cairnlog.testkit.ModelContract;

/** Random operations have the same outcomes as in the memory log. */
class PostgresModelTest extends ModelContract {
    @Override
    protected AtomicLogFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
    }
}
