// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.Label;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.Removal;
import org.jspecify.annotations.Nullable;

/** Fills a log in a SQLite file with another one's history. */
final class SqliteRestore implements LogRestore {
    private final SqliteFile file;
    private final SqliteSession session;
    private final SqliteAppends appends;

    private SqliteRestore(SqliteFile file, SqliteSession session) {
        this.file = file;
        this.session = session;
        this.appends = new SqliteAppends(session, file.options().clock());
    }

    static SqliteRestore open(SqliteFile file, UUID log) {
        file.prepare();
        try {
            SqliteSession session = file.session(file.options().timeout());
            try {
                claim(file, session, log);
                return new SqliteRestore(file, new SqliteSession(session.connection, session.log, log));
            } catch (SQLException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    private static void claim(SqliteFile file, SqliteSession session, UUID log) throws SQLException {
        if (!session.connection.beginWriting()) {
            throw file.busy();
        }
        try {
            Long restoring = session.connection.number(
                    "SELECT restoring FROM cairn_log WHERE id = ? AND uuid = ?", session.log, log.toString());
            boolean goesOn = restoring != null && restoring != 0;
            if (!goesOn && session.head().position() > 0) {
                throw new IllegalStateException("A log can be restored only into an empty one; \""
                        + file.options().log() + "\" in " + file.path() + " has "
                        + session.head().position() + " places.");
            }
            session.connection.update(
                    "UPDATE cairn_log SET uuid = ?, restoring = 1 WHERE id = ?", log.toString(), session.log);
            session.connection.commit();
        } catch (SQLException | RuntimeException e) {
            session.connection.rollback();
            throw e;
        }
    }

    private interface Action {
        void run() throws SQLException;
    }

    private void writing(Action action) {
        try {
            if (!session.connection.beginWriting()) {
                throw file.busy();
            }
            try {
                appends.begin();
                action.run();
                session.connection.commit();
            } catch (SQLException | RuntimeException e) {
                session.connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    private void changing(Action action) {
        writing(() -> {
            checkIncomplete();
            action.run();
        });
    }

    private void checkIncomplete() throws SQLException {
        Long restoring = session.connection.number("SELECT restoring FROM cairn_log WHERE id = ?", session.log);
        if (restoring == null || restoring == 0) {
            throw new IllegalStateException("The restore is complete, so nothing can be added to the log any more."
                    + " To restore it again, begin with an empty log.");
        }
    }

    @Override
    public Cursor head() {
        try {
            return session.cursor(session.head());
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    @Override
    public void add(List<List<StoredEntry>> parts) {
        changing(() -> {
            long position = session.head().position();
            Map<StreamId, SqliteSession.Stream> streams = new HashMap<>();
            for (List<StoredEntry> part : parts) {
                boolean starts = true;
                for (StoredEntry entry : part) {
                    add(entry, ++position, starts, streams);
                    starts = false;
                }
            }
            for (SqliteSession.Stream stream : streams.values()) {
                session.connection.update(
                        "UPDATE cairn_stream SET removed_before = ? WHERE id = ?",
                        stream.removedBefore(),
                        stream.key());
            }
        });
    }

    private void add(StoredEntry entry, long position, boolean starts, Map<StreamId, SqliteSession.Stream> streams)
            throws SQLException {
        SqliteSession.@Nullable Stream stream = streams.get(entry.stream());
        stream = stream == null ? session.stream(entry.stream()) : stream;
        LogRestore.checkNext(entry, position, stream == null ? 1 : stream.version() + 1, isFree(entry.id()));
        long key = stream == null ? appends.create(entry.stream(), position) : stream.key();
        appends.insert(entry, key, starts);
        long removedBefore = stream == null ? 1 : stream.removedBefore();
        streams.put(
                entry.stream(),
                new SqliteSession.Stream(
                        key,
                        entry instanceof RecordedEvent ? removedBefore : entry.version() + 1,
                        entry.version(),
                        false));
    }

    private boolean isFree(UUID id) throws SQLException {
        try (ResultSet row = session.connection.query(
                "SELECT 1 FROM cairn_event WHERE id = ? AND place >> 44 = ?", SqliteEntries.bytes(id), session.log)) {
            return !row.next();
        }
    }

    @Override
    public void labels(StreamId stream, Map<String, Label> labels) {
        changing(() -> {
            long key = session.known(stream).key();
            for (Map.Entry<String, Label> label : labels.entrySet()) {
                appends.setLabel(key, label.getKey(), label.getValue());
            }
        });
    }

    @Override
    public void removal(Removal removal) {
        changing(() ->
                SqliteMaintenance.store(session, session.known(removal.stream()).key(), removal));
    }

    @Override
    public void complete() {
        writing(() -> session.connection.update("UPDATE cairn_log SET restoring = 0 WHERE id = ?", session.log));
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }
}
