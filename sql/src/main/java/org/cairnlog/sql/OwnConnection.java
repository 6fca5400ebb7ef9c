// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A connection that Cairn keeps to itself: it commits each statement, and gives up on a network that stands still.
 *
 * @param connection the connection
 * @param before the patience with the network that it came with and is given back with
 */
record OwnConnection(Connection connection, int before) implements AutoCloseable {
    /** Opens one that waits that long for any answer. */
    static OwnConnection open(DataSource connections, Duration patience) throws SQLException {
        Connection connection = connections.getConnection();
        try {
            connection.setAutoCommit(true);
            int before = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, (int) patience.toMillis());
            return new OwnConnection(connection, before);
        } catch (SQLException e) {
            PostgresLogs.close(connection);
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            connection.setNetworkTimeout(Runnable::run, before);
        } catch (SQLException e) {
            // It is broken, which whoever takes it back will see.
            PostgresLogs.close(connection);
            return;
        }
        PostgresLogs.close(connection);
    }
}
