// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.cairnlog.event.EventData;
import org.cairnlog.event.Husk;
import org.cairnlog.event.Limits;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.Label;
import org.cairnlog.log.LogPage;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.PageCollector;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.cairnlog.log.StreamPage;
import org.cairnlog.log.StreamRead;
import org.jspecify.annotations.Nullable;

/** One log on one connection: everything that reads, within a transaction of the caller's. */
final class SqliteSession implements AutoCloseable {
    private static final String ENTRIES =
            "SELECT " + SqliteEntries.COLUMNS + " FROM cairn_event e" + SqliteEntries.NAMES;
    private static final int PAGE_PLACES = 10_000;

    final SqliteConnection connection;
    final long log;
    final UUID id;
    final long base;
    final long end;

    SqliteSession(SqliteConnection connection, long log, UUID id) {
        this.connection = connection;
        this.log = log;
        this.id = id;
        this.base = SqliteEntries.base(log);
        this.end = SqliteEntries.base(log + 1) - 1;
    }

    /** A stream and its last event. */
    record Stream(long key, long removedBefore, long version, boolean deleted) {}

    /** The last event of the log. */
    record Head(
            long position, @Nullable UUID event, @Nullable Instant recordedAt) {}

    Head head() throws SQLException {
        try (ResultSet row = connection.query(
                "SELECT place, id, recorded_at FROM cairn_event WHERE place > ? AND place <= ? ORDER BY place DESC"
                        + " LIMIT 1",
                base,
                end)) {
            return row.next()
                    ? new Head(
                            row.getLong(1) - base,
                            SqliteEntries.uuid(row.getBytes(2)),
                            SqliteEntries.instant(row.getLong(3)))
                    : new Head(0, null, null);
        }
    }

    Cursor cursor(Head head) {
        return Cursor.of(id, new Cursor.Place(head.position(), head.event()));
    }

    /** The cursor at a position that exists. */
    Cursor cursor(long position) throws SQLException {
        return Cursor.of(id, new Cursor.Place(position, position == 0 ? null : eventAt(position)));
    }

    @Nullable UUID eventAt(long position) throws SQLException {
        try (ResultSet row = connection.query("SELECT id FROM cairn_event WHERE place = ?", base + position)) {
            return row.next() ? SqliteEntries.uuid(row.getBytes(1)) : null;
        }
    }

    /** The position of a cursor, if it is of this log's history. */
    long position(Cursor cursor) throws SQLException {
        if (!cursor.log().equals(id) || cursor.places().size() != 1) {
            throw new CursorFromAnotherHistory(cursor, "this log is " + id);
        }
        Cursor.Place place = cursor.places().getFirst();
        if (place.position() > 0) {
            UUID there = eventAt(place.position());
            if (there == null) {
                throw new CursorFromAnotherHistory(cursor, "this log ends at position " + head().position());
            }
            if (!there.equals(place.event())) {
                throw new CursorFromAnotherHistory(cursor, "at position " + place.position() + " is event " + there);
            }
        }
        return place.position();
    }

    @Nullable Stream stream(StreamId stream) throws SQLException {
        try (ResultSet row =
                connection.query(Sql.file("sqlite/find_stream.sql"), log, stream.category(), stream.id())) {
            return row.next()
                    ? new Stream(
                            row.getLong(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getString(5).equals(EventData.DELETED))
                    : null;
        }
    }

    Stream known(StreamId stream) throws SQLException {
        Stream known = stream(stream);
        if (known == null) {
            throw new NoSuchStream(stream);
        }
        return known;
    }

    StreamPage page(StreamRead read) throws SQLException {
        Stream stream = stream(read.stream());
        if (stream == null) {
            return new StreamPage(List.of(), 0, 1);
        }
        var page = new PageCollector(read.limit());
        try (ResultSet rows = connection.query(
                ENTRIES + "WHERE e.stream = ? AND e.version >= ? AND e.version <= ? ORDER BY e.version"
                        + (read.isBackward() ? " DESC" : ""),
                stream.key(),
                Math.max(read.from(), stream.removedBefore()),
                read.to())) {
            while (!page.isFull() && rows.next()) {
                page.take((RecordedEvent) SqliteEntries.entry(rows));
            }
        }
        return new StreamPage(page.events(), stream.version(), stream.removedBefore());
    }

    LogPage page(LogRead read) throws SQLException {
        Head head = head();
        Cursor afterCursor = read.after();
        Cursor upToCursor = read.upTo();
        long after = afterCursor == null ? 0 : position(afterCursor);
        long upTo = upToCursor == null ? head.position() : position(upToCursor);
        boolean backward = read.isBackward();
        long searched = backward ? Math.min(after, upTo) : Math.max(after, upTo);
        var page = new PageCollector(read.limit());
        long husks = 0;
        int looked = 0;
        long last = backward ? upTo + 1 : after;
        try (var search = new SqliteSearch(this, read.query(), after, upTo, backward)) {
            while (search.next()) {
                StoredEntry entry = search.entry();
                if (backward ? entry.position() >= last : entry.position() <= last) {
                    throw SqliteEntries.damage("position " + entry.position() + " follows " + last, null);
                }
                last = entry.position();
                boolean decided = true;
                if (entry instanceof RecordedEvent event) {
                    if (read.query().matches(event)) {
                        decided = page.take(event);
                    }
                } else if (entry instanceof Husk husk && read.query().matches(husk)) {
                    husks++;
                }
                if (page.isFull() || ++looked >= PAGE_PLACES) {
                    // Forward, the mark is the last place that was decided; backward, the next one to look at.
                    searched = decided == backward ? entry.position() - 1 : entry.position();
                    break;
                }
            }
        }
        return new LogPage(page.events(), cursor(searched), cursor(head), husks);
    }

    HistoryPage history(Cursor after) throws SQLException {
        long position = position(after);
        List<List<StoredEntry>> appends = new ArrayList<>();
        List<StoredEntry> append = List.of();
        long events = 0;
        long bytes = 0;
        UUID last = after.places().getFirst().event();
        try (ResultSet rows = connection.query(
                ENTRIES + "WHERE e.place > ? AND e.place <= ? ORDER BY e.place", base + position, end)) {
            while (rows.next()) {
                if (append.isEmpty() || SqliteEntries.startsAppend(rows)) {
                    if (events >= Limits.STANDARD.pageEvents() || bytes >= Limits.STANDARD.pageBytes()) {
                        break;
                    }
                    append = new ArrayList<>();
                    appends.add(append);
                }
                StoredEntry entry = SqliteEntries.entry(rows);
                append.add(entry);
                if (entry.position() != position + 1) {
                    throw SqliteEntries.damage("position " + entry.position() + " follows " + position, null);
                }
                position = entry.position();
                last = entry.id();
                events++;
                bytes += entry instanceof RecordedEvent event ? event.data().size() : 0;
            }
        }
        return new HistoryPage(appends, Cursor.of(id, new Cursor.Place(position, last)));
    }

    List<StreamInfo> page(StreamListing listing) throws SQLException {
        StreamId after = listing.after();
        long start = base;
        if (after != null) {
            Long created = connection.number(
                    "SELECT created FROM cairn_stream WHERE id = ?",
                    known(after).key());
            start = created == null ? base : created;
        }
        Cursor createdUpTo = listing.createdUpTo();
        long last = createdUpTo == null ? end : base + position(createdUpTo);
        return new SqliteDirectory(this).page(listing, start, last);
    }

    Optional<StreamInfo> info(StreamId stream) throws SQLException {
        Stream known = stream(stream);
        return known == null ? Optional.empty() : Optional.of(new SqliteDirectory(this).info(known.key()));
    }

    SortedMap<String, Label> labels(long stream) throws SQLException {
        SortedMap<String, Label> labels = new TreeMap<>(Limits.BYTE_ORDER);
        try (ResultSet rows =
                connection.query("SELECT name, value, changed_at FROM cairn_label WHERE stream = ?", stream)) {
            while (rows.next()) {
                labels.put(rows.getString(1), new Label(rows.getString(2), SqliteEntries.instant(rows.getLong(3))));
            }
        }
        return labels;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
