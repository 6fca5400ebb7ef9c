// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.testkit.InlineProjectionsContract;
import org.cairnlog.testkit.TransactionalLogFixture;

class PostgresInlineProjectionsTest extends InlineProjectionsContract {
    @Override
    protected TransactionalLogFixture open() {
        return new PostgresFixture(PostgresSite.on(PostgresServer.newest()));
    }
}
