// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keys in PostgreSQL: made and found through functions, so that who appends needs no right on the table. */
final class PostgresSubjectKeys implements SubjectKeyTable {
    private final PostgresLogs logs;
    private final PostgresSchema schema;
    private final PostgresTransactions transactions;
    private final int log;

    PostgresSubjectKeys(PostgresLogs logs, PostgresSchema.Log log) {
        this.logs = logs;
        this.schema = logs.schema();
        this.log = log.key();
        this.transactions = new PostgresTransactions(
                logs, "the keys of the log \"" + logs.options().log() + "\"");
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(row.getString(1), row.getObject(2, UUID.class), row.getString(3), row.getBytes(4));
    }

    private List<Row> rows(String sql, @Nullable Object... parameters) {
        return transactions.run(connection ->
                PostgresTransactions.query(connection, schema.of(sql), PostgresSubjectKeys::row, parameters));
    }

    private int update(String sql, @Nullable Object... parameters) {
        return transactions.run(connection -> PostgresTransactions.update(connection, schema.of(sql), parameters));
    }

    @Override
    public Row find(Row made) {
        return rows(
                        "SELECT subject, id, master, wrapped FROM \"cairn\".subject_key_1(?, ?, ?, ?, ?)",
                        log,
                        made.subject(),
                        made.id(),
                        made.master(),
                        made.wrapped())
                .getFirst();
    }

    @Override
    public @Nullable Row find(UUID id) {
        List<Row> rows = rows("SELECT subject, id, master, wrapped FROM \"cairn\".subject_key_by_id_1(?, ?)", log, id);
        return rows.isEmpty() ? null : rows.getFirst();
    }

    @Override
    public void forget(String subject, UUID id) {
        update(
                "INSERT INTO \"cairn\".subject_key (log, subject, id) VALUES (?, ?, ?)"
                        + " ON CONFLICT (log, subject) DO UPDATE SET master = NULL, wrapped = NULL",
                log,
                subject,
                id);
    }

    @Override
    public List<Row> notWrappedBy(String master, String after, int limit) {
        return rows(
                "SELECT subject, id, master, wrapped FROM \"cairn\".subject_key WHERE log = ? AND subject > ?"
                        + " AND wrapped IS NOT NULL AND master <> ? ORDER BY subject LIMIT ?",
                log,
                after,
                master,
                limit);
    }

    @Override
    public boolean replace(Row old, String master, byte[] wrapped) {
        return update(
                        "UPDATE \"cairn\".subject_key SET master = ?, wrapped = ? WHERE log = ? AND subject = ?"
                                + " AND wrapped = ?",
                        master,
                        wrapped,
                        log,
                        old.subject(),
                        old.wrapped())
                == 1;
    }

    @Override
    public void close() {
        logs.close();
    }
}
