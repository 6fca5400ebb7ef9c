// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.cairnlog.decider.Snapshot;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/** Snapshots in the file of their log: read as the log is read, and written on a connection of their own. */
final class SqliteSnapshots implements SnapshotStore {
    private final SqliteEventLog log;
    private final SqliteFile file;
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable SqliteSession writer;

    SqliteSnapshots(SqliteEventLog log, SqliteFile file) {
        this.log = log;
        this.file = file;
    }

    @Override
    public Optional<Snapshot> latest(StreamId stream, String schema) {
        return log.read(session -> {
            try (ResultSet row = session.connection.query(
                    "SELECT version, event, taken_at, state FROM cairn_snapshot"
                            + " WHERE log = ? AND category = ? AND name = ? AND schema = ?",
                    session.log,
                    stream.category(),
                    stream.id(),
                    schema)) {
                return row.next() ? Optional.of(snapshot(stream, schema, row)) : Optional.empty();
            }
        });
    }

    private static Snapshot snapshot(StreamId stream, String schema, ResultSet row) throws SQLException {
        return new Snapshot(
                stream,
                schema,
                row.getLong(1),
                UUID.fromString(row.getString(2)),
                SqliteEntries.instant(row.getLong(3)),
                row.getBytes(4));
    }

    @Override
    public boolean save(Snapshot snapshot) {
        return write(session -> session.connection.update(
                        Sql.file("sqlite/save_snapshot.sql"),
                        session.log,
                        snapshot.stream().category(),
                        snapshot.stream().id(),
                        snapshot.schema(),
                        snapshot.version(),
                        snapshot.event().toString(),
                        SqliteEntries.micros(snapshot.takenAt()),
                        snapshot.state()))
                > 0;
    }

    @Override
    public void discard(Snapshot snapshot) {
        write(session -> session.connection.update(
                "DELETE FROM cairn_snapshot WHERE log = ? AND category = ? AND name = ? AND schema = ?"
                        + " AND version = ? AND event = ?",
                session.log,
                snapshot.stream().category(),
                snapshot.stream().id(),
                snapshot.schema(),
                snapshot.version(),
                snapshot.event().toString()));
    }

    @Override
    public void discard(StreamId stream) {
        write(session -> discard(session, stream));
        write(SqliteSnapshots::eraseOldPages);
    }

    /** What is taken away is zeroed in the file, but older pages stay in the write-ahead log until it is emptied. */
    private static int eraseOldPages(SqliteSession session) {
        try {
            session.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            return 1;
        } catch (SQLException e) {
            // A reader is in the way; a later checkpoint does it.
            return 0;
        }
    }

    /** Takes the snapshots of a stream away, as a part of what the session does. */
    static int discard(SqliteSession session, StreamId stream) throws SQLException {
        return session.connection.update(
                "DELETE FROM cairn_snapshot WHERE log = ? AND category = ? AND name = ?",
                session.log,
                stream.category(),
                stream.id());
    }

    /** Something to write; a transaction by itself. */
    private interface Writing {
        int on(SqliteSession session) throws SQLException;
    }

    private int write(Writing work) {
        writing.lock();
        try {
            log.checkOpen();
            SqliteSession session = writer;
            if (session == null) {
                session = file.session(file.options().timeout());
                writer = session;
            }
            return work.on(session);
        } catch (SQLException e) {
            close();
            throw file.translate(e);
        } finally {
            writing.unlock();
        }
    }

    void close() {
        writing.lock();
        try {
            if (writer != null) {
                SqliteEventLog.close(writer);
                writer = null;
            }
        } finally {
            writing.unlock();
        }
    }
}
