// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps the writers of a log waiting; what this user may not see of it is null, and its age is in milliseconds. A
 * prepared transaction has no process.
 */
record PostgresHolder(
        @Nullable Integer pid,
        @Nullable String user,
        @Nullable String application,
        @Nullable String state,
        @Nullable Long age,
        @Nullable String table) {
    /** Who holds it now. */
    static Optional<PostgresHolder> of(Connection connection, PostgresSchema schema, int log) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                schema.of("SELECT pid, name, application, state, age_ms, locked_table FROM \"cairn\".holder_1(?)"))) {
            query.setInt(1, log);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                var holder = new PostgresHolder(
                        row.getObject(1, Integer.class),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getObject(5, Long.class),
                        row.getString(6));
                return holder.pid == null && holder.user == null ? Optional.empty() : Optional.of(holder);
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
        String who = pid == null ? "the prepared transaction" : "session " + pid;
        return who
                + (user == null ? "" : " of user " + user)
                + (application == null || application.isEmpty() ? "" : " (" + application + ")")
                + (table == null ? " holds the log's lock" : " has locked the table " + table)
                + (state == null ? ", in a state that this user may not see" : pid == null ? "" : ", " + state)
                + (age == null ? "" : ", for " + age + " ms");
    }
}
