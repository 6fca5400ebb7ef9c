// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one page, as many as its bytes allow. They hold keys, and the content of small events only: names that
 * are not known yet and what large events contain are fetched by one statement each, so a page of small events of known
 * streams and types is one statement without a join. For use by one thread.
 */
final class PostgresRows {
    private static final long PAGE_BYTES = Limits.STANDARD.pageBytes();
    // As many events of this size as fit into a page are no more than its bytes.
    private static final long SMALL = PAGE_BYTES / Limits.STANDARD.pageEvents();
    private static final PostgresNames.Place NOWHERE = new PostgresNames.Place(0, new UUID(0, 0), 0);

    /** What a statement for a page selects of an event e; its parameters are log, position and id of the witness. */
    static final String COLUMNS = PostgresEntries.COLUMNS + ", " + content("metadata") + ", " + content("payload")
            + ", e.stream, e.kind, e.size, (SELECT w.recorded_at FROM \"cairn\".event w"
            + " WHERE w.log = ? AND w.position = ? AND w.id = ?) AS witness";

    private static final int STREAM = 13;
    private static final int KIND = 14;
    private static final int SIZE = 15;
    private static final int WITNESS = 16;

    private final ResultSet rows;
    private final @Nullable StreamId stream;
    private final PostgresNames.Known names = new PostgresNames.Known();
    private final Map<Long, Content> large = new HashMap<>();
    private int count;
    private int at;
    private long bytes;

    private PostgresRows(ResultSet rows, @Nullable StreamId stream) {
        this.rows = rows;
        this.stream = stream;
    }

    private static String content(String column) {
        return "CASE WHEN e.size <= " + SMALL + " THEN e." + column + " END";
    }

    /** What a large event holds. */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    record Content(String metadata, byte[] payload) {}

    /**
     * Reads the rows of a statement.
     *
     * @param rows scrollable; without an event in the first row the page is empty
     * @param seen what the statement was given as the witness
     * @param stream whose events they are; null if they may be of several
     */
    static PostgresRows of(
            ResultSet rows, PostgresSession session, PostgresNames.Witness seen, @Nullable StreamId stream)
            throws SQLException {
        var page = new PostgresRows(rows, stream);
        rows.beforeFirst();
        if (rows.next() && rows.getObject(1) != null) {
            page.look(session, seen);
        }
        rows.beforeFirst();
        return page;
    }

    private void look(PostgresSession session, PostgresNames.Witness seen) throws SQLException {
        long recordedAt = rows.getLong(WITNESS);
        PostgresNames.Witness confirmed = session.names().confirmed(seen, rows.wasNull() ? null : recordedAt);
        PostgresNames.Place last = NOWHERE;
        List<Long> cut = new ArrayList<>();
        do {
            count++;
            long position = rows.getLong(1);
            if (stream == null) {
                names.streams.putIfAbsent(rows.getLong(STREAM), null);
            }
            names.types.putIfAbsent(rows.getLong(KIND), null);
            int size = rows.getInt(SIZE);
            bytes += size;
            if (size > SMALL) {
                cut.add(position);
            }
            if (position > last.position()) {
                last = new PostgresNames.Place(position, rows.getObject(3, UUID.class), rows.getLong(5));
            }
        } while (bytes < PAGE_BYTES && rows.next());
        session.names().fill(confirmed, names);
        if (!names.isComplete()) {
            session.names().learn(confirmed, last, session.lookUp(names, last));
        }
        if (!cut.isEmpty()) {
            large.putAll(session.contents(cut));
        }
    }

    /** Goes to the next row; false behind the last that belongs to the page. */
    boolean next() throws SQLException {
        at++;
        return at <= count && rows.next();
    }

    /** How many rows there are. */
    int count() {
        return count;
    }

    /** Whether this row is the last one because no more bytes fit, so that more may follow it. */
    boolean isCut() {
        return at == count && bytes >= PAGE_BYTES;
    }

    boolean startsAppend() throws SQLException {
        return PostgresEntries.startsAppend(rows);
    }

    /** The entry in this row. */
    StoredEntry entry() throws SQLException {
        StreamId of = stream == null ? names.streams.get(rows.getLong(STREAM)) : stream;
        String type = names.types.get(rows.getLong(KIND));
        if (of == null || type == null) {
            throw new SQLException(
                    "Position " + rows.getLong(1) + " belongs to a stream or type that the directory does not know.",
                    "XX001");
        }
        if (rows.getInt(SIZE) <= SMALL) {
            return PostgresEntries.entry(rows, of, type);
        }
        Content content = large.get(rows.getLong(1));
        return content == null
                ? PostgresEntries.husk(rows, of, type) // removed since the page was read
                : PostgresEntries.event(rows, of, type, content.metadata(), content.payload());
    }
}
