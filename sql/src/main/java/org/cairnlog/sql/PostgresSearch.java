// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;

/**
 * The statement for one page of a query: for each item, the places along the index of the part that has the fewest,
 * merged. The other parts are checked on the way; metadata is left to the caller.
 */
final class PostgresSearch {
    // How far the parts of an item are counted to find the rarest.
    private static final int COUNTED = 1_000;
    // A page looks at no more places of one item than this, so that rare matches do not make it slow.
    private static final int LOOKED_AT = 10_000;
    private static final long LAST_SECOND = Long.MAX_VALUE / 1_000_000 - 1;
    private static final long PAGE_BYTES = Limits.STANDARD.pageBytes();

    private final int log;
    private final long after;
    private final long upTo;
    private final boolean backward;
    private final int limit;
    private final List<Walk> walks = new ArrayList<>();

    PostgresSearch(int log, EventQuery query, long after, long upTo, boolean backward, int limit) {
        this.log = log;
        this.after = after;
        this.upTo = upTo;
        this.backward = backward;
        this.limit = limit;
        query.items().forEach(item -> walks.add(new Walk(item)));
    }

    /** A piece of SQL and its parameters, in order. */
    private static final class Piece {
        final StringBuilder sql = new StringBuilder();
        final List<Object> parameters = new ArrayList<>();

        Piece add(String text, Object... values) {
            sql.append(text);
            parameters.addAll(List.of(values));
            return this;
        }

        Piece add(Piece other) {
            sql.append(other.sql);
            parameters.addAll(other.parameters);
            return this;
        }
    }

    /** One way to find the matches of an item: by its tags, its streams, its kinds, or by looking at everything. */
    private enum Way {
        TAG,
        STREAMS,
        KINDS,
        ALL
    }

    /** The way along one item. */
    private final class Walk {
        private final EventQuery.Item item;
        private final List<String> tags;
        private Way way;
        private String tag = "";

        Walk(EventQuery.Item item) {
            this.item = item;
            this.tags = List.copyOf(item.tags());
            this.way = ways().getFirst();
            this.tag = tags.isEmpty() ? "" : tags.getFirst();
        }

        private List<Way> ways() {
            List<Way> ways = new ArrayList<>();
            if (!tags.isEmpty()) {
                ways.add(Way.TAG);
            }
            if (!item.streams().isEmpty()) {
                ways.add(Way.STREAMS);
            }
            if (!item.types().isEmpty() || !item.categories().isEmpty()) {
                ways.add(Way.KINDS);
            }
            return ways.isEmpty() ? List.of(Way.ALL) : ways;
        }

        /** Whether something has to be checked besides the index that is walked along. */
        boolean filters() {
            return ways().size() > 1 || tags.size() > 1 || item.buckets() != null;
        }

        void choose(Counter counter) throws SQLException {
            if (ways().size() == 1 && tags.size() <= 1) {
                return;
            }
            long fewest = Long.MAX_VALUE;
            for (Way candidate : ways()) {
                for (String by : candidate == Way.TAG ? tags : List.of("")) {
                    Piece count = new Piece()
                            .add("SELECT count(*) FROM (SELECT FROM (")
                            .add(places(candidate, by, upTo, COUNTED))
                            .add(") few LIMIT " + COUNTED + ") few");
                    long rows = counter.count(count.sql.toString(), count.parameters.toArray());
                    if (rows < fewest) {
                        fewest = rows;
                        way = candidate;
                        tag = by;
                    }
                }
            }
        }

        private Piece range(String column, long last) {
            return new Piece()
                    .add(column + " > ? AND " + column + " <= ?", after, last)
                    .add(later(column));
        }

        /** Times never decrease with the position, so "recorded after" is a bound on positions. */
        private Piece later(String column) {
            Instant time = item.recordedAfter();
            return time == null
                    ? new Piece()
                    : new Piece()
                            .add(" AND " + column + " > (SELECT \"cairn\".position_at_1(?, ?))", log, bounded(time));
        }

        /** The microsecond of a time; one beyond all that can be recorded is as good as the last that can. */
        private static long bounded(Instant time) {
            if (time.isBefore(Instant.EPOCH)) {
                return -1;
            }
            return time.getEpochSecond() > LAST_SECOND ? Long.MAX_VALUE : PostgresEntries.micros(time);
        }

        private String order(String column) {
            return " ORDER BY " + column + (backward ? " DESC" : "");
        }

        /** The places along one index, at most so many for each range of it. */
        private Piece places(Way by, String byTag, long last, int most) {
            return switch (by) {
                case TAG ->
                    new Piece()
                            .add(
                                    "SELECT t.position FROM \"cairn\".tag t WHERE t.log = ? AND t.tag = ? AND ",
                                    log,
                                    byTag)
                            .add(range("t.position", last))
                            .add(order("t.position") + " LIMIT " + most);
                case STREAMS ->
                    new Piece()
                            .add(
                                    "SELECT m.position FROM unnest(?, ?) q (category, name)"
                                            + " CROSS JOIN LATERAL (SELECT s.key FROM \"cairn\".stream s"
                                            + " WHERE s.log = ? AND s.category = q.category AND s.name = q.name"
                                            + " OFFSET 0) s"
                                            + " CROSS JOIN LATERAL (SELECT e.position FROM \"cairn\".event e"
                                            + " WHERE e.stream = s.key"
                                            + " AND e.version > (SELECT \"cairn\".version_at_1(s.key, ?))"
                                            + " AND e.version <= (SELECT \"cairn\".version_at_1(s.key, ?))",
                                    item.streams().stream()
                                            .map(StreamId::category)
                                            .toArray(String[]::new),
                                    item.streams().stream().map(StreamId::id).toArray(String[]::new),
                                    log,
                                    after,
                                    last)
                            .add(later("e.position"))
                            .add(order("e.version") + " LIMIT " + most + ") m");
                case KINDS ->
                    new Piece()
                            .add("SELECT m.position FROM ")
                            .add(kinds())
                            .add(" CROSS JOIN LATERAL (SELECT e.position FROM \"cairn\".event e WHERE e.kind ="
                                    + " k.key AND ")
                            .add(range("e.position", last))
                            .add(order("e.position") + " LIMIT " + most + ") m");
                case ALL ->
                    new Piece()
                            .add("SELECT e.position FROM \"cairn\".event e WHERE e.log = ? AND ", log)
                            .add(range("e.position", last))
                            .add(order("e.position") + " LIMIT " + most);
            };
        }

        private Piece kinds() {
            String[] types = item.types().toArray(String[]::new);
            String[] categories = item.categories().toArray(String[]::new);
            if (types.length == 0) {
                return new Piece()
                        .add(
                                "unnest(?) c (category) CROSS JOIN LATERAL (SELECT k.key FROM \"cairn\".kind k"
                                        + " WHERE k.log = ? AND k.category = c.category OFFSET 0) k",
                                categories,
                                log);
            }
            var kinds = new Piece()
                    .add(
                            "unnest(?) c (type) CROSS JOIN LATERAL (SELECT k.key FROM \"cairn\".kind k"
                                    + " WHERE k.log = ? AND k.type = c.type",
                            types,
                            log);
            if (categories.length > 0) {
                kinds.add(" AND k.category = ANY (?)", (Object) categories);
            }
            return kinds.add(" OFFSET 0) k");
        }

        /** The places that match the whole item, metadata aside. */
        Piece matches(long bound) {
            if (!filters()) {
                return places(way, tag, bound, limit);
            }
            var sql = new Piece()
                    .add("SELECT p.position FROM (")
                    .add(places(way, tag, bound, LOOKED_AT))
                    .add(
                            ") p (position) CROSS JOIN LATERAL (SELECT FROM \"cairn\".event e WHERE e.log = ?"
                                    + " AND e.position = p.position",
                            log);
            if (item.buckets() != null) {
                sql.add(
                        " AND e.bucket BETWEEN ? AND ?",
                        item.buckets().first(),
                        item.buckets().last());
            }
            if (tags.size() > 1 || (way != Way.TAG && !tags.isEmpty())) {
                sql.add(" AND e.tags @> ?", (Object) tags.toArray(String[]::new));
            }
            if (way != Way.STREAMS && !item.streams().isEmpty()) {
                sql.add(
                        " AND EXISTS (SELECT FROM (SELECT s.category, s.name FROM \"cairn\".stream s WHERE s.key ="
                                + " e.stream OFFSET 0) s JOIN unnest(?, ?) q (category, name) ON s.category ="
                                + " q.category AND s.name = q.name)",
                        item.streams().stream().map(StreamId::category).toArray(String[]::new),
                        item.streams().stream().map(StreamId::id).toArray(String[]::new));
            }
            if (way != Way.KINDS && !item.types().isEmpty()) {
                sql.add(" AND (SELECT k.type FROM \"cairn\".kind k WHERE k.key = e.kind) = ANY (?)", (Object)
                        item.types().toArray(String[]::new));
            }
            if (way != Way.KINDS && !item.categories().isEmpty()) {
                sql.add(" AND (SELECT k.category FROM \"cairn\".kind k WHERE k.key = e.kind) = ANY (?)", (Object)
                        item.categories().toArray(String[]::new));
            }
            return sql.add(" LIMIT 1) e" + order("p.position") + " LIMIT " + limit);
        }

        /** The last of the places that a page looks at, if there are more. */
        Piece bound() {
            return new Piece()
                    .add("(SELECT p.position FROM (")
                    .add(places(way, tag, upTo, LOOKED_AT))
                    .add(") p (position)" + order("p.position") + " OFFSET " + (LOOKED_AT - 1) + " LIMIT 1)");
        }
    }

    /** Counts rows. */
    interface Counter {
        long count(String sql, Object[] parameters) throws SQLException;
    }

    boolean needsBound() {
        return walks.stream().anyMatch(Walk::filters);
    }

    /** How many places a page holds at most. */
    int limit() {
        return limit;
    }

    /** Where the page ends if it is the last one. */
    long end() {
        return backward ? after : upTo;
    }

    /** Chooses the rarest part of each item. */
    void choose(Counter counter) throws SQLException {
        for (Walk walk : walks) {
            if (walk.filters()) {
                walk.choose(counter);
            }
        }
    }

    private Piece boundPiece() {
        var piece = new Piece().add("SELECT " + (backward ? "greatest" : "least") + "(");
        String comma = "";
        for (Walk walk : walks) {
            if (walk.filters()) {
                piece.add(comma).add(walk.bound());
                comma = ", ";
            }
        }
        return piece.add(backward ? ") - 1" : ")");
    }

    String boundSql() {
        return boundPiece().sql.toString();
    }

    Object[] boundParameters() {
        return boundPiece().parameters.toArray();
    }

    private Piece piece(long bound) {
        String order = backward ? "DESC" : "ASC";
        return new Piece()
                .add(
                        "SELECT *, before + size >= ? AS is_cut FROM (SELECT " + PostgresEntries.COLUMNS
                                + ", coalesce(e.size, 0) AS size, sum(coalesce(e.size, 0)) OVER (ORDER BY e.position "
                                + order + ") - coalesce(e.size, 0) AS before FROM ",
                        PAGE_BYTES)
                .add(events(bound, order))
                .add(
                        " CROSS JOIN LATERAL (SELECT * FROM \"cairn\".stream s WHERE s.key = e.stream OFFSET 0) s"
                                + " CROSS JOIN LATERAL (SELECT * FROM \"cairn\".kind k WHERE k.key = e.kind OFFSET 0) k"
                                + " ORDER BY e.position " + order + ") page WHERE before < ?",
                        PAGE_BYTES);
    }

    /** The events of the page, as e. */
    private Piece events(long bound, String order) {
        // Backward, the bound is where the page begins and not where it ends: the places beyond it are wanted.
        long last = backward ? upTo : bound;
        if (walks.stream()
                .anyMatch(walk ->
                        walk.way == Way.ALL && walk.item.recordedAfter() == null && walk.item.buckets() == null)) {
            return new Piece()
                    .add(
                            "(SELECT * FROM \"cairn\".event e WHERE e.log = ? AND e.position > ? AND e.position <= ?"
                                    + " ORDER BY e.position " + order + " LIMIT " + limit + ") e",
                            log,
                            backward ? bound : after,
                            last);
        }
        List<Piece> all = walks.stream().map(walk -> walk.matches(last)).toList();
        var places = new Piece();
        places.add(all.stream().map(p -> "(" + p.sql + ")").collect(Collectors.joining(" UNION ")));
        all.forEach(p -> places.parameters.addAll(p.parameters));
        return new Piece()
                .add("(SELECT p.position FROM (")
                .add(places)
                .add(") p (position)" + (backward ? " WHERE p.position > ?" : " WHERE p.position <= ?"), bound)
                .add(
                        " ORDER BY p.position " + order + " LIMIT " + limit + ") p CROSS JOIN LATERAL (SELECT * FROM"
                                + " \"cairn\".event e WHERE e.log = ? AND e.position = p.position OFFSET 0) e",
                        log);
    }

    String sql(long bound) {
        return piece(bound).sql.toString();
    }

    Object[] parameters(long bound) {
        return piece(bound).parameters.toArray();
    }
}
