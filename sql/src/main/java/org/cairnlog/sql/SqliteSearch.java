// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * Walks the places where a query might match, each once, in order: for each item, the index entries of the part that
 * has the fewest, merged. What it comes by still has to be matched.
 */
final class SqliteSearch implements AutoCloseable {
    // How far the parts of an item are counted to find the rarest.
    private static final int COUNTED = 1_000;

    private final SqliteSession session;
    private final long after;
    private final long upTo;
    private final boolean backward;
    private final List<Walk> walks = new ArrayList<>();
    private @Nullable Walk current;

    SqliteSearch(SqliteSession session, EventQuery query, long after, long upTo, boolean backward) throws SQLException {
        this.session = session;
        this.after = session.base + after;
        this.upTo = session.base + upTo;
        this.backward = backward;
        if (after < upTo) {
            for (EventQuery.Item item : query.items()) {
                open(item);
            }
        }
    }

    /** The rows of one index range, and where the walk along them is. */
    private static final class Walk {
        final ResultSet rows;
        boolean open;
        long place;

        Walk(ResultSet rows) throws SQLException {
            this.rows = rows;
            advance();
        }

        void advance() throws SQLException {
            open = rows.next();
            place = open ? rows.getLong(1) : 0;
        }
    }

    /** One index range: what to drive from, by what column between two bounds. */
    private record Range(String from, String where, Object key, String column, long after, long upTo) {
        String condition() {
            return " WHERE " + where + column + " > ? AND " + column + " <= ?";
        }

        Object[] parameters(Object... more) {
            List<Object> all = new ArrayList<>();
            if (!where.isEmpty()) {
                all.add(key);
            }
            all.add(after);
            all.add(upTo);
            all.addAll(List.of(more));
            return all.toArray();
        }
    }

    private void open(EventQuery.Item item) throws SQLException {
        for (Range range : rarest(choices(item, Math.max(after, recordedUpTo(item))))) {
            String sql = "SELECT " + SqliteEntries.COLUMNS + " FROM " + range.from() + SqliteEntries.NAMES
                    + range.condition() + " ORDER BY " + range.column() + (backward ? " DESC" : "");
            walks.add(new Walk(session.connection.ownQuery(sql, range.parameters())));
        }
    }

    private List<Range> rarest(List<List<Range>> choices) throws SQLException {
        List<Range> best = choices.getFirst();
        long fewest = choices.size() == 1 ? 0 : Long.MAX_VALUE;
        for (List<Range> choice : choices.size() == 1 ? List.<List<Range>>of() : choices) {
            long rows = 0;
            for (Range range : choice) {
                rows += rows < COUNTED ? count(range) : 0;
            }
            if (rows < fewest) {
                fewest = rows;
                best = choice;
            }
        }
        return best;
    }

    private long count(Range range) throws SQLException {
        Long rows = session.connection.number(
                "SELECT count(*) FROM (SELECT 1 FROM " + range.from() + range.condition() + " LIMIT ?)",
                range.parameters(COUNTED));
        return rows == null ? 0 : rows;
    }

    /** The ways to find an item's matches: by its streams, by each of its tags, by its types or by its categories. */
    private List<List<Range>> choices(EventQuery.Item item, long start) throws SQLException {
        List<List<Range>> choices = new ArrayList<>();
        if (!item.streams().isEmpty()) {
            choices.add(streams(item.streams(), start));
        }
        for (String tag : item.tags()) {
            choices.add(List.of(new Range(
                    "cairn_tag g CROSS JOIN cairn_event e ON e.place = g.place",
                    "g.tag = ? AND ",
                    tag,
                    "g.place",
                    start,
                    upTo)));
        }
        if (!item.types().isEmpty()) {
            choices.add(named("e.type = ? AND ", item.types(), start));
        }
        if (!item.categories().isEmpty()) {
            choices.add(named("e.category = ? AND ", item.categories(), start));
        }
        if (choices.isEmpty()) {
            choices.add(List.of(new Range("cairn_event e", "", "", "e.place", start, upTo)));
        }
        return choices;
    }

    /** Versions and places of a stream ascend together, so the index on versions serves for places too. */
    private List<Range> streams(Set<StreamId> names, long start) throws SQLException {
        List<Range> ranges = new ArrayList<>();
        for (StreamId name : names) {
            SqliteSession.Stream stream = session.stream(name);
            if (stream != null) {
                ranges.add(new Range(
                        "cairn_event e",
                        "e.stream = ? AND ",
                        stream.key(),
                        "e.version",
                        lastVersion(stream, start),
                        lastVersion(stream, upTo)));
            }
        }
        return ranges;
    }

    /** The version of the stream's last event up to a place. */
    private long lastVersion(SqliteSession.Stream stream, long place) throws SQLException {
        return lastTrue(0, stream.version(), version -> {
            Long at = session.connection.number(
                    "SELECT place FROM cairn_event WHERE stream = ? AND version = ?", stream.key(), version);
            return at != null && at <= place;
        });
    }

    private List<Range> named(String where, Set<String> names, long start) throws SQLException {
        List<Range> ranges = new ArrayList<>();
        for (String name : names) {
            Long key = session.connection.number("SELECT id FROM cairn_name WHERE name = ?", name);
            if (key != null) {
                ranges.add(new Range("cairn_event e", where, key, "e.place", start, upTo));
            }
        }
        return ranges;
    }

    /** The last place that was not recorded after the item's time; times never decrease with the place. */
    private long recordedUpTo(EventQuery.Item item) throws SQLException {
        Instant time = item.recordedAfter();
        if (time == null) {
            return 0;
        }
        return lastTrue(after, upTo, place -> {
            Long recordedAt = session.connection.number("SELECT recorded_at FROM cairn_event WHERE place = ?", place);
            return recordedAt != null && !SqliteEntries.instant(recordedAt).isAfter(time);
        });
    }

    private interface Test {
        boolean on(long number) throws SQLException;
    }

    /** The last number up to which the test is true, found by halving; the lower bound is true unasked. */
    private static long lastTrue(long lower, long upper, Test test) throws SQLException {
        long low = lower;
        long high = upper;
        while (low < high) {
            long middle = (low + high + 1) >>> 1;
            if (test.on(middle)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Goes to the next place; false if there is none. */
    boolean next() throws SQLException {
        if (current != null) {
            long passed = current.place;
            for (Walk walk : walks) {
                if (walk.open && walk.place == passed) {
                    walk.advance();
                }
            }
        }
        current = null;
        for (Walk walk : walks) {
            boolean nearer = current == null || (backward ? walk.place > current.place : walk.place < current.place);
            if (walk.open && nearer) {
                current = walk;
            }
        }
        return current != null;
    }

    /** The entry at this place. */
    StoredEntry entry() throws SQLException {
        if (current == null) {
            throw new IllegalStateException("The search is at its end.");
        }
        return SqliteEntries.entry(current.rows);
    }

    @Override
    public void close() throws SQLException {
        for (Walk walk : walks) {
            walk.rows.close();
        }
    }
}
