// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The session that holds a log's lock; what this user may not see of it is null, and its age is in milliseconds. */
record PostgresHolder(
        int pid,
        String user,
        @Nullable String application,
        @Nullable String state,
        @Nullable Long age) {
    /** Who holds it now. */
    static Optional<PostgresHolder> of(Connection connection, PostgresSchema schema, int log) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                schema.of("SELECT pid, name, application, state, age_ms FROM \"cairn\".holder_1(?)"))) {
            query.setInt(1, log);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getObject(1) != null
                        ? Optional.of(new PostgresHolder(
                                row.getInt(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getObject(5, Long.class)))
                        : Optional.empty();
            }
        }
    }

    /** Who holds it now, as far as that can be said. */
    static String named(Connection connection, PostgresSchema schema, int log) {
        try {
            return of(connection, schema, log)
                    .map(PostgresHolder::toString)
                    .orElse("another session held the log's lock");
        } catch (SQLException e) {
            return "another session holds the log's lock, and which one cannot be found out: " + e.getMessage();
        }
    }

    /** Whether it has had a transaction for so long that others wait. */
    boolean keepsWaiting(Duration patience) {
        return age == null || age >= patience.toMillis();
    }

    @Override
    public String toString() {
        return "session " + pid + " of user " + user
                + (application == null || application.isEmpty() ? "" : " (" + application + ")")
                + " holds the log's lock, "
                + (state == null ? "in a state that this user may not see" : state)
                + (age == null ? "" : ", for " + age + " ms");
    }
}
