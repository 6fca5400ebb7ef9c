// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import org.cairnlog.sql.servers.PostgresServer;

/** Keys in the oldest PostgreSQL that the log supports. */
class PostgresOldestSubjectKeysTest extends PostgresSubjectKeysTest {
    @Override
    PostgresServer server() {
        return PostgresServer.oldest();
    }
}
