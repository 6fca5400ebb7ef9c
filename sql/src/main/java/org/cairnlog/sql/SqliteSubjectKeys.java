// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.cairnlog.log.LogUnavailable;
import org.jspecify.annotations.Nullable;

/** Keys in a SQLite file, on a connection of their own. */
final class SqliteSubjectKeys implements SubjectKeyTable {
    private static final String COLUMNS = "SELECT subject, id, master, wrapped FROM cairn_subject_key ";

    private final SqliteFile file;
    private final SqliteSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    private SqliteSubjectKeys(SqliteFile file, SqliteSession session) {
        this.file = file;
        this.session = session;
    }

    static SqliteSubjectKeys open(SqliteFile file) {
        file.prepare();
        try {
            var keys = new SqliteSubjectKeys(file, file.session(file.options().timeout()));
            keys.locked(() -> {
                keys.session.connection.execute(Sql.file("sqlite/subject_key.sql"));
                return true;
            });
            return keys;
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    private interface Action<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    private <T extends @Nullable Object> T locked(Action<T> action) {
        lock.lock();
        try {
            if (closed) {
                throw new LogUnavailable("The keys in " + file.path() + " are closed. Open them again.", null);
            }
            return action.run();
        } catch (SQLException e) {
            throw file.translate(e);
        } finally {
            lock.unlock();
        }
    }

    private List<Row> rows(String sql, Object... parameters) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet row = session.connection.query(COLUMNS + sql, parameters)) {
            while (row.next()) {
                rows.add(new Row(
                        row.getString(1), UUID.fromString(row.getString(2)), row.getString(3), row.getBytes(4)));
            }
        }
        return rows;
    }

    @Override
    public Row find(Row made) {
        return locked(() -> {
            String where = "WHERE log = ? AND subject = ?";
            List<Row> found = rows(where, session.log, made.subject());
            if (found.isEmpty()) {
                session.connection.update(
                        "INSERT INTO cairn_subject_key (log, subject, id, master, wrapped) VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT DO NOTHING",
                        session.log,
                        made.subject(),
                        made.id().toString(),
                        made.master(),
                        made.wrapped());
                found = rows(where, session.log, made.subject());
            }
            return found.getFirst();
        });
    }

    @Override
    public @Nullable Row find(UUID id) {
        return locked(() -> {
            List<Row> found = rows("WHERE id = ? AND log = ?", id.toString(), session.log);
            return found.isEmpty() ? null : found.getFirst();
        });
    }

    @Override
    public void forget(String subject, UUID id) {
        locked(() -> {
            session.connection.update(
                    "INSERT INTO cairn_subject_key (log, subject, id) VALUES (?, ?, ?)"
                            + " ON CONFLICT (log, subject) DO UPDATE SET master = NULL, wrapped = NULL",
                    session.log,
                    subject,
                    id.toString());
            return true;
        });
        eraseOldPages();
    }

    /** The page that held the key stands in the write-ahead log until that begins anew. */
    private void eraseOldPages() {
        locked(() -> {
            try {
                session.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
                return true;
            } catch (SQLException e) {
                // A reader is in the way; a later checkpoint does it.
                return false;
            }
        });
    }

    @Override
    public List<Row> notWrappedBy(String master, String after, int limit) {
        return locked(() -> rows(
                "WHERE log = ? AND subject > ? AND wrapped IS NOT NULL AND master <> ? ORDER BY subject LIMIT ?",
                session.log,
                after,
                master,
                limit));
    }

    @Override
    public boolean replace(Row old, String master, byte[] wrapped) {
        return locked(() -> session.connection.update(
                        "UPDATE cairn_subject_key SET master = ?, wrapped = ? WHERE log = ? AND subject = ?"
                                + " AND wrapped = ?",
                        master,
                        wrapped,
                        session.log,
                        old.subject(),
                        old.wrapped())
                == 1);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                session.connection.close();
            }
        } catch (SQLException e) {
            throw file.translate(e);
        } finally {
            lock.unlock();
        }
    }
}
