// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.BaselineMissing;
import org.cairnlog.log.DeletedStreams;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.LogMaintenance;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.Removal;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.Verification;
import org.cairnlog.log.VersionConflict;

/** Removal and checks for a log in a SQLite file, on a connection of its own. */
final class SqliteMaintenance implements LogMaintenance {
    private static final int CHUNK = 100;
    private static final int ROWS = 500;

    private final SqliteFile file;
    private final SqliteSession session;
    private final SqliteAppends appends;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    private SqliteMaintenance(SqliteFile file, SqliteSession session) {
        this.file = file;
        this.session = session;
        this.appends = new SqliteAppends(session, file.options().clock());
    }

    static SqliteMaintenance open(SqliteFile file) {
        file.prepare();
        try {
            return new SqliteMaintenance(file, file.session(file.options().timeout()));
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    private interface Action<T> {
        T run() throws SQLException;
    }

    private <T> T writing(Action<T> action) {
        return locked(() -> {
            if (!session.connection.beginWriting()) {
                throw file.busy();
            }
            try {
                file.checkUsable(session);
                appends.begin();
                T result = action.run();
                session.connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                session.connection.rollback();
                throw e;
            }
        });
    }

    private <T> T reading(Action<T> action) {
        return locked(() -> {
            session.connection.beginReading();
            try {
                return action.run();
            } finally {
                session.connection.rollback();
            }
        });
    }

    private <T> T locked(Action<T> action) {
        lock.lock();
        try {
            if (closed) {
                throw new LogUnavailable("The maintenance of " + file.path() + " is closed. Open it again.", null);
            }
            return action.run();
        } catch (SQLException e) {
            throw file.translate(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Removal truncate(StreamId stream, long before, String reason) {
        return truncate(stream, before, reason, true);
    }

    @Override
    public Removal truncateWithoutBaseline(StreamId stream, long before, String reason) {
        return truncate(stream, before, reason, false);
    }

    private Removal truncate(StreamId stream, long before, String reason, boolean needsBaseline) {
        checkReason(reason);
        Removal removal = writing(() -> {
            SqliteSession.Stream known = appends.unlessDeleted(stream);
            if (before < 1 || before > known.version() + 1) {
                throw new IllegalArgumentException("The stream " + stream + " cannot be truncated before version "
                        + before + "; it has versions 1 to " + known.version() + ", so say 1 to "
                        + (known.version() + 1) + ".");
            }
            if (needsBaseline && before > known.removedBefore() && !hasBaseline(known, before)) {
                throw new BaselineMissing(stream, before);
            }
            return remove(stream, known, before, false, reason);
        });
        eraseOldPages();
        return removal;
    }

    private static void checkReason(String reason) {
        Limits.text("reason of a removal", reason, Limits.STANDARD.labelBytes());
    }

    private boolean hasBaseline(SqliteSession.Stream stream, long before) throws SQLException {
        try (ResultSet row = session.connection.query(
                "SELECT 1 FROM cairn_event WHERE stream = ? AND version >= ? AND baseline = 1 LIMIT 1",
                stream.key(),
                before)) {
            return row.next();
        }
    }

    @Override
    public Removal delete(StreamId stream, ExpectedVersion expected, String reason) {
        checkReason(reason);
        Removal removal = writing(() -> deleteNow(stream, expected, reason));
        eraseOldPages();
        return removal;
    }

    private Removal deleteNow(StreamId stream, ExpectedVersion expected, String reason) throws SQLException {
        SqliteSession.Stream known = session.known(stream);
        if (known.deleted()) {
            return lastDeletion(stream, known);
        }
        if (!expected.isMetBy(known.version())) {
            throw new VersionConflict(List.of(new VersionConflict.Mismatch(stream, expected, known.version())));
        }
        EventData deletion = EventData.deletion(file.options().ids().get(), reason);
        long version = known.version() + 1;
        long position = session.head().position() + 1;
        appends.insert(new RecordedEvent(position, stream, version, appends.now(), deletion), known.key(), true);
        session.connection.update("DELETE FROM cairn_label WHERE stream = ?", known.key());
        return remove(stream, known, version, true, reason);
    }

    private Removal lastDeletion(StreamId stream, SqliteSession.Stream known) throws SQLException {
        try (ResultSet row = session.connection.query(
                "SELECT number, events, reason, removed_at FROM cairn_removal WHERE log = ? AND stream = ? AND"
                        + " deletion = 1"
                        + " ORDER BY number DESC LIMIT 1",
                session.log,
                known.key())) {
            if (!row.next()) {
                throw new StreamDeleted(stream, known.version());
            }
            return new Removal(
                    row.getLong(1),
                    stream,
                    true,
                    known.version(),
                    row.getLong(2),
                    row.getString(3),
                    SqliteEntries.instant(row.getLong(4)));
        }
    }

    private Removal remove(StreamId name, SqliteSession.Stream stream, long before, boolean deletion, String reason)
            throws SQLException {
        long from = stream.removedBefore();
        for (long version = from; version < before; version += ROWS) {
            makeHusks(stream, version, Math.min(version + ROWS, before));
        }
        SqliteSnapshots.discard(session, name);
        long removedBefore = Math.max(from, before);
        session.connection.update(
                "UPDATE cairn_stream SET removed_before = ? WHERE id = ?", removedBefore, stream.key());
        Long last = session.connection.number("SELECT max(number) FROM cairn_removal WHERE log = ?", session.log);
        var removal = new Removal(
                last == null ? 1 : last + 1, name, deletion, before, removedBefore - from, reason, appends.now());
        store(session, stream.key(), removal);
        return removal;
    }

    static void store(SqliteSession session, long stream, Removal removal) throws SQLException {
        session.connection.update(
                "INSERT INTO cairn_removal (log, number, stream, deletion, before, events, reason, removed_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                session.log,
                removal.number(),
                stream,
                removal.deletion(),
                removal.before(),
                removal.events(),
                removal.reason(),
                SqliteEntries.micros(removal.at()));
    }

    private void makeHusks(SqliteSession.Stream stream, long from, long before) throws SQLException {
        List<StoredEntry> husks = new ArrayList<>();
        List<Long> checksums = new ArrayList<>();
        try (ResultSet rows = session.connection.query(
                "SELECT " + SqliteEntries.COLUMNS + " FROM cairn_event e" + SqliteEntries.NAMES
                        + "WHERE e.stream = ? AND e.version >= ? AND e.version < ?",
                stream.key(),
                from,
                before)) {
            while (rows.next()) {
                if (SqliteEntries.entry(rows) instanceof RecordedEvent event) {
                    husks.add(event.husk());
                    checksums.add(SqliteEntries.checksum(event.husk(), SqliteEntries.startsAppend(rows)));
                }
            }
        }
        for (int i = 0; i < husks.size(); i++) {
            session.connection.update(
                    Sql.file("sqlite/make_husk.sql"),
                    checksums.get(i),
                    session.base + husks.get(i).position());
        }
    }

    /** Removed content is zeroed in the file, but older pages stay in the write-ahead log until it is emptied. */
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
    public DeletedStreams deleteByLabel(String name, String value, String reason) {
        Limits.text("label name", name, Limits.STANDARD.nameBytes());
        Limits.text("label value", value, Limits.STANDARD.labelBytes());
        checkReason(reason);
        DeletedStreams deleted = writing(() -> {
            List<StreamId> found = labelled(name, value);
            for (StreamId stream : found.subList(0, Math.min(CHUNK, found.size()))) {
                deleteNow(stream, ExpectedVersion.any(), reason);
            }
            return new DeletedStreams(Math.min(CHUNK, found.size()), found.size() > CHUNK);
        });
        eraseOldPages();
        return deleted;
    }

    private List<StreamId> labelled(String name, String value) throws SQLException {
        List<StreamId> streams = new ArrayList<>();
        try (ResultSet rows = session.connection.query(
                "SELECT s.category, s.name FROM cairn_label l JOIN cairn_stream s ON s.id = l.stream"
                        + " WHERE l.name = ? AND l.value = ? AND l.created > ? AND l.created <= ?"
                        + " ORDER BY l.created LIMIT ?",
                name,
                value,
                session.base,
                session.end,
                CHUNK + 1)) {
            while (rows.next()) {
                streams.add(new StreamId(rows.getString(1), rows.getString(2)));
            }
        }
        return streams;
    }

    @Override
    public Iterable<Removal> removals() {
        return () -> new Iterator<>() {
            private Iterator<Removal> page = Collections.emptyIterator();
            private long last;

            @Override
            public boolean hasNext() {
                if (!page.hasNext()) {
                    page = removals(last).iterator();
                }
                return page.hasNext();
            }

            @Override
            public Removal next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("There are no more removals.");
                }
                Removal next = page.next();
                last = next.number();
                return next;
            }
        };
    }

    private List<Removal> removals(long after) {
        return reading(() -> {
            List<Removal> page = new ArrayList<>();
            try (ResultSet rows = session.connection.query(
                    "SELECT r.number, s.category, s.name, r.deletion, r.before, r.events, r.reason, r.removed_at"
                            + " FROM cairn_removal r JOIN cairn_stream s ON s.id = r.stream"
                            + " WHERE r.log = ? AND r.number > ? ORDER BY r.number LIMIT ?",
                    session.log,
                    after,
                    ROWS)) {
                while (rows.next()) {
                    page.add(new Removal(
                            rows.getLong(1),
                            new StreamId(rows.getString(2), rows.getString(3)),
                            rows.getInt(4) != 0,
                            rows.getLong(5),
                            rows.getLong(6),
                            rows.getString(7),
                            SqliteEntries.instant(rows.getLong(8))));
                }
            }
            return page;
        });
    }

    @Override
    public Verification verify(LongConsumer progress) {
        return reading(() -> new SqliteVerification(session).run(progress));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            session.close();
        } catch (SQLException e) {
            throw file.translate(e);
        } finally {
            lock.unlock();
        }
    }
}
