// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.log.Verification;
import org.jspecify.annotations.Nullable;

/** Checks a log within one reading transaction, row by row, so that memory does not grow with it. */
final class SqliteVerification {
    private static final int STEP = 1_000;

    private final SqliteSession session;
    private long events;
    private long husks;
    private long streams;
    private long tags;

    SqliteVerification(SqliteSession session) {
        this.session = session;
    }

    Verification run(LongConsumer progress) throws SQLException {
        Verification.Damage damage = checkFile();
        damage = damage == null ? checkPlaces(progress) : damage;
        damage = damage == null ? checkTags() : damage;
        damage = damage == null ? checkStreams() : damage;
        return new Verification(events, husks, streams, Optional.ofNullable(damage));
    }

    /** Pages and indexes, unique ids included, as SQLite itself checks them. */
    private Verification.@Nullable Damage checkFile() throws SQLException {
        String found = session.connection.text("PRAGMA integrity_check(1)");
        return "ok".equals(found) ? null : new Verification.Damage(0, "SQLite finds the file damaged: " + found);
    }

    private Verification.@Nullable Damage checkPlaces(LongConsumer progress) throws SQLException {
        long position = 0;
        Instant last = Instant.MIN;
        try (ResultSet rows = session.connection.query(
                "SELECT " + SqliteEntries.COLUMNS + ", s.removed_before FROM cairn_event e LEFT JOIN cairn_stream s"
                        + " ON s.id = e.stream LEFT JOIN cairn_name t ON t.id = e.type"
                        + " WHERE e.place > ? AND e.place <= ? ORDER BY e.place",
                session.base,
                session.end)) {
            while (rows.next()) {
                long found = rows.getLong(1) - session.base;
                if (found != position + 1) {
                    return new Verification.Damage(
                            position, "position " + (position + 1) + " is missing; " + found + " follows " + position);
                }
                position = found;
                String wrong = wrong(rows, last);
                if (wrong != null) {
                    return new Verification.Damage(position, "position " + position + " " + wrong);
                }
                last = SqliteEntries.instant(rows.getLong(8));
                if (position % STEP == 0) {
                    progress.accept(position);
                }
            }
        }
        progress.accept(position);
        return null;
    }

    private @Nullable String wrong(ResultSet row, Instant last) throws SQLException {
        if (row.getString(2) == null || row.getString(6) == null) {
            return "belongs to a stream or type that the directory does not know";
        }
        StoredEntry entry;
        try {
            entry = SqliteEntries.decoded(row);
        } catch (RuntimeException e) {
            return "cannot be read: " + e.getMessage();
        }
        if (SqliteEntries.checksum(entry, SqliteEntries.startsAppend(row)) != SqliteEntries.checksum(row)) {
            return "has another content than its checksum says";
        }
        if (entry.recordedAt().isBefore(last)) {
            return "was recorded at " + entry.recordedAt() + ", before the one in front of it at " + last;
        }
        boolean event = entry instanceof RecordedEvent;
        long removedBefore = row.getLong(17);
        if (event != entry.version() >= removedBefore) {
            return (event ? "holds an event" : "holds a husk") + ", but the directory says that " + entry.stream()
                    + " was removed before version " + removedBefore;
        }
        for (String tag : entry.tags()) {
            if (session.connection.number("SELECT 1 FROM cairn_tag WHERE tag = ? AND place = ?", tag, row.getLong(1))
                    == null) {
                return "cannot be found by its tag " + tag;
            }
        }
        tags += entry.tags().size();
        events += event ? 1 : 0;
        husks += event ? 0 : 1;
        return null;
    }

    private Verification.@Nullable Damage checkTags() throws SQLException {
        Long found = session.connection.number(
                "SELECT count(*) FROM cairn_tag WHERE place > ? AND place <= ?", session.base, session.end);
        return found != null && found == tags
                ? null
                : new Verification.Damage(0, "the events have " + tags + " tags, but the index of tags has " + found);
    }

    private Verification.@Nullable Damage checkStreams() throws SQLException {
        try (ResultSet rows = session.connection.query(
                "SELECT s.category, s.name, s.created, count(e.version), min(e.version), max(e.version), min(e.place)"
                        + " FROM cairn_stream s LEFT JOIN cairn_event e ON e.stream = s.id"
                        + " WHERE s.created > ? AND s.created <= ? GROUP BY s.created",
                session.base,
                session.end)) {
            while (rows.next()) {
                streams++;
                long version = rows.getLong(6);
                if (rows.getLong(5) != 1 || rows.getLong(4) != version) {
                    return new Verification.Damage(
                            rows.getLong(7) - session.base,
                            "the stream " + rows.getString(1)
                                    + "/" + rows.getString(2) + " has " + rows.getLong(4)
                                    + " events with versions from "
                                    + rows.getLong(5) + " to " + version);
                }
                if (rows.getLong(3) != rows.getLong(7)) {
                    return new Verification.Damage(
                            rows.getLong(7) - session.base,
                            "the directory says that the stream "
                                    + rows.getString(1) + "/" + rows.getString(2) + " begins at position "
                                    + (rows.getLong(3) - session.base));
                }
            }
        }
        return checkOrder();
    }

    /** Versions and places ascend together; both were found to have no gap, so looking for one inversion is enough. */
    private Verification.@Nullable Damage checkOrder() throws SQLException {
        try (ResultSet rows =
                session.connection.query("SELECT stream, version, place FROM cairn_event ORDER BY stream, version")) {
            long stream = -1;
            long place = 0;
            while (rows.next()) {
                if (rows.getLong(1) == stream && rows.getLong(3) <= place) {
                    return new Verification.Damage(
                            rows.getLong(3) - session.base,
                            "position "
                                    + (rows.getLong(3) - session.base) + " has version " + rows.getLong(2)
                                    + " of its stream, but an earlier version stands behind it");
                }
                stream = rows.getLong(1);
                place = rows.getLong(3);
            }
        }
        return null;
    }
}
