// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

/**
 * One log on one connection: everything that reads. What is read first is the head; whatever lies up to it is committed
 * and visible to every later statement, so a page needs no transaction around it.
 */
final class PostgresSession {
    private static final int PAGE = Limits.STANDARD.pageEvents();
    private static final long PAGE_BYTES = Limits.STANDARD.pageBytes();
    private static final String GENERIC = "plan_cache_mode";

    // In front of each statement, in the same message: a plan made while a table was small must not become a scan. As
    // nothing but walks along an index is left, every page has the same plan, which need not be made again for each.
    private static final List<String> SETTINGS = List.of(
            "enable_seqscan",
            "enable_hashjoin",
            "enable_mergejoin",
            "enable_material",
            "enable_bitmapscan",
            "enable_memoize",
            "jit",
            GENERIC);
    private static final String PLANNED = SETTINGS.stream()
            .map(setting -> "set_config('" + setting + "', '" + (setting.equals(GENERIC) ? "force_generic_plan" : "off")
                    + "', true)")
            .collect(Collectors.joining(", "));
    private static final String PINNED = "SELECT " + PLANNED + "; ";
    // The same in a caller's transaction, whose own statements it must leave alone.
    private static final String SAVED = SETTINGS.stream()
                    .map(setting -> "current_setting('" + setting + "')")
                    .collect(Collectors.joining(", ", "SELECT set_config('cairn.saved', concat_ws(' ', ", "), true), "))
            + PLANNED + "; ";
    private static final String RESTORED = IntStream.range(0, SETTINGS.size())
            .mapToObj(i -> "set_config('" + SETTINGS.get(i) + "', saved[" + (i + 1) + "], true)")
            .collect(Collectors.joining(
                    ", ", "; SELECT ", " FROM string_to_array(current_setting('cairn.saved'), ' ') saved"));
    private static final String HEAD =
            "SELECT e.position, e.id FROM \"cairn\".event e WHERE e.log = ? ORDER BY e.position DESC LIMIT 1";

    private final Connection connection;
    private final boolean inTransaction;
    private final PostgresSchema schema;
    private final int log;
    private final UUID id;
    private final PostgresNames names;

    /**
     * A session.
     *
     * @param names what was learned by other sessions of the log
     * @param inTransaction whether the connection is in a transaction of a caller's
     */
    PostgresSession(
            Connection connection,
            PostgresSchema schema,
            PostgresSchema.Log log,
            PostgresNames names,
            boolean inTransaction) {
        this.connection = connection;
        this.names = names;
        this.inTransaction = inTransaction;
        this.schema = schema;
        this.log = log.key();
        this.id = log.id();
    }

    /** Something made of the rows of a statement. */
    private interface Rows<T extends @Nullable Object> {
        T from(ResultSet rows) throws SQLException;
    }

    private <T extends @Nullable Object> T query(String sql, Rows<T> rows, @Nullable Object... parameters)
            throws SQLException {
        String pinned = inTransaction ? SAVED + schema.of(sql) + RESTORED : PINNED + schema.of(sql);
        try (PreparedStatement statement =
                connection.prepareStatement(pinned, ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
            for (int i = 0; i < parameters.length; i++) {
                bind(statement, i + 1, parameters[i]);
            }
            statement.execute();
            statement.getMoreResults();
            try (ResultSet result = statement.getResultSet()) {
                return rows.from(result);
            }
        }
    }

    private void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case String[] texts -> statement.setArray(index, connection.createArrayOf("text", texts));
            case Long[] keys -> statement.setArray(index, connection.createArrayOf("bigint", keys));
            default -> statement.setObject(index, value);
        }
    }

    private Cursor.Place headPlace() throws SQLException {
        return query(
                HEAD,
                rows -> rows.next()
                        ? new Cursor.Place(rows.getLong(1), rows.getObject(2, UUID.class))
                        : Cursor.Place.START,
                log);
    }

    Cursor head() throws SQLException {
        return Cursor.of(id, headPlace());
    }

    private @Nullable UUID eventAt(long position) throws SQLException {
        return query(
                "SELECT e.id FROM \"cairn\".event e WHERE e.log = ? AND e.position = ?",
                rows -> rows.next() ? rows.getObject(1, UUID.class) : null,
                log,
                position);
    }

    /** The cursor at a position; null if there is none. */
    @Nullable Cursor cursorAt(long position) throws SQLException {
        if (position == 0) {
            return Cursor.of(id, Cursor.Place.START);
        }
        UUID event = position < 0 ? null : eventAt(position);
        return event == null ? null : Cursor.of(id, new Cursor.Place(position, event));
    }

    /** The position of a cursor, if it is of this log's history. */
    long position(Cursor cursor) throws SQLException {
        Cursor.Place place = cursor.places().getFirst();
        UUID there = place.position() == 0 ? null : eventAt(place.position());
        return position(cursor, there, null);
    }

    private void checkLog(Cursor cursor) {
        if (!cursor.log().equals(id) || cursor.places().size() != 1) {
            throw new CursorFromAnotherHistory(cursor, "this log is " + id);
        }
    }

    /** The position of a cursor of this log, given the event that is there. */
    private long position(Cursor cursor, @Nullable UUID there, Cursor.@Nullable Place head) throws SQLException {
        checkLog(cursor);
        Cursor.Place place = cursor.places().getFirst();
        if (place.position() > 0 && there == null) {
            Cursor.Place last = head == null ? headPlace() : head;
            throw new CursorFromAnotherHistory(cursor, "this log ends at position " + last.position());
        }
        if (place.position() > 0 && !Objects.equals(place.event(), there)) {
            throw new CursorFromAnotherHistory(cursor, "at position " + place.position() + " is event " + there);
        }
        return place.position();
    }

    /** Where a range begins and ends, and where the log does, in one instant. */
    private record Ends(Cursor.Place head, long after, long upTo) {}

    private Ends ends(@Nullable Cursor after, @Nullable Cursor upTo) throws SQLException {
        return query(
                Sql.file("postgres/ends.sql"),
                row -> {
                    row.next();
                    long last = row.getLong(1);
                    Cursor.Place head =
                            last == 0 ? Cursor.Place.START : new Cursor.Place(last, row.getObject(2, UUID.class));
                    return new Ends(
                            head,
                            after == null ? 0 : position(after, row.getObject(3, UUID.class), head),
                            upTo == null ? last : position(upTo, row.getObject(4, UUID.class), head));
                },
                log,
                after == null ? 0L : after.places().getFirst().position(),
                log,
                upTo == null ? 0L : upTo.places().getFirst().position(),
                log);
    }

    /** The position of the head, for one who has seen the log up to a point of its history. */
    long headPosition(Cursor seen) throws SQLException {
        return ends(seen, null).head().position();
    }

    StreamPage page(StreamRead read) throws SQLException {
        PostgresNames.Witness seen = names.witness();
        String order = read.isBackward() ? "DESC" : "ASC";
        @Nullable StreamPage page = query(
                String.format(Sql.file("postgres/stream_page.sql"), PostgresRows.COLUMNS, order, order),
                result -> {
                    if (!result.next()) {
                        return new StreamPage(List.of(), 0, 1);
                    }
                    long version = result.getLong("last_version");
                    long removedBefore = result.getLong("removed_before");
                    PostgresRows rows = PostgresRows.of(result, this, seen, read.stream());
                    var events = new PageCollector(read.limit());
                    while (!events.isFull() && rows.next()) {
                        if (!(rows.entry() instanceof RecordedEvent event)) {
                            return null;
                        }
                        events.take(event);
                    }
                    return new StreamPage(events.events(), version, removedBefore);
                },
                log,
                read.stream().category(),
                read.stream().id(),
                log,
                seen.place().position(),
                seen.place().id(),
                read.from(),
                read.to(),
                (int) Math.min(read.limit(), PAGE));
        // What was removed while its content was fetched is not there when it is read again.
        return page == null ? page(read) : page;
    }

    LogPage page(LogRead read) throws SQLException {
        Ends ends = ends(read.after(), read.upTo());
        Cursor head = Cursor.of(id, ends.head());
        boolean backward = read.isBackward();
        Map<Long, Cursor> known = new HashMap<>();
        Stream.of(head, read.after(), read.upTo())
                .filter(Objects::nonNull)
                .forEach(cursor -> known.put(cursor.places().getFirst().position(), cursor));
        if (ends.after() >= ends.upTo()) {
            long searched = backward ? Math.min(ends.after(), ends.upTo()) : Math.max(ends.after(), ends.upTo());
            return new LogPage(List.of(), cursor(searched, known), head, 0);
        }
        // What metadata is asked for is decided here and not there, so a limit says nothing about how many to look at.
        boolean byMetadata =
                read.query().items().stream().anyMatch(item -> !item.metadata().isEmpty());
        int limit = byMetadata ? PAGE : (int) Math.min(read.limit(), PAGE);
        var search = new PostgresSearch(log, read.query(), ends.after(), ends.upTo(), backward, limit);
        long bound = search.needsBound() ? bound(search) : search.end();
        var page = new PageCollector(read.limit());
        long[] husks = {0};
        PostgresNames.Witness seen = names.witness();
        long searched = query(
                search.sql(bound, seen.place()),
                result -> {
                    long last = bound;
                    int found = 0;
                    PostgresRows rows = PostgresRows.of(result, this, seen, null);
                    while (rows.next()) {
                        StoredEntry entry = rows.entry();
                        found++;
                        boolean decided = true;
                        if (entry instanceof RecordedEvent event) {
                            if (read.query().matches(event)) {
                                decided = page.take(event);
                            }
                        } else if (entry instanceof Husk husk && read.query().matches(husk)) {
                            husks[0]++;
                        }
                        boolean isLast = found == search.limit() || rows.isCut();
                        if (page.isFull() || isLast) {
                            known.put(entry.position(), Cursor.of(id, new Cursor.Place(entry.position(), entry.id())));
                            // Forward, the mark is the last place that was decided; backward, the next to look at.
                            last = decided == backward ? entry.position() - 1 : entry.position();
                            break;
                        }
                    }
                    return last;
                },
                search.parameters(bound, seen.place()));
        return new LogPage(page.events(), cursor(searched, known), head, husks[0]);
    }

    private long bound(PostgresSearch search) throws SQLException {
        search.choose((sql, parameters) -> query(sql, rows -> rows.next() ? rows.getLong(1) : 0, parameters));
        return query(
                search.boundSql(),
                rows -> rows.next() && rows.getObject(1) != null ? rows.getLong(1) : search.end(),
                search.boundParameters());
    }

    private Cursor cursor(long position, Map<Long, Cursor> known) throws SQLException {
        Cursor cursor = known.get(position);
        cursor = cursor == null ? cursorAt(position) : cursor;
        if (cursor == null) {
            throw new SQLException("Position " + position + " is missing.", "XX001");
        }
        return cursor;
    }

    PostgresNames names() {
        return names;
    }

    /** Asks for the names that are not known, and fills them in; returns what is new. */
    PostgresNames.Known lookUp(PostgresNames.Known wanted, PostgresNames.Place last) throws SQLException {
        return query(
                Sql.file("postgres/names.sql"),
                rows -> {
                    var found = new PostgresNames.Known();
                    boolean same = false;
                    while (rows.next()) {
                        long key = rows.getLong(1);
                        if (rows.getString(2) != null) {
                            found.streams.put(key, new StreamId(rows.getString(2), rows.getString(3)));
                        } else if (rows.getString(4) != null) {
                            found.types.put(key, rows.getString(4));
                        } else {
                            same = key == last.recordedAt();
                        }
                    }
                    if (!same) {
                        throw new SQLException(
                                "The history of the log changed while it was read; read it again.", "08000");
                    }
                    wanted.streams.putAll(found.streams);
                    wanted.types.putAll(found.types);
                    return found;
                },
                unknown(wanted.streams),
                unknown(wanted.types),
                log,
                last.position(),
                last.id());
    }

    private static Long[] unknown(Map<Long, ? extends @Nullable Object> names) {
        return names.entrySet().stream()
                .filter(name -> name.getValue() == null)
                .map(Map.Entry::getKey)
                .toArray(Long[]::new);
    }

    /** What large events hold, by their positions; those that are removed meanwhile are missing. */
    Map<Long, PostgresRows.Content> contents(List<Long> positions) throws SQLException {
        return query(
                Sql.file("postgres/large_content.sql"),
                rows -> {
                    Map<Long, PostgresRows.Content> contents = new HashMap<>();
                    while (rows.next()) {
                        contents.put(rows.getLong(1), new PostgresRows.Content(rows.getString(2), rows.getBytes(3)));
                    }
                    return contents;
                },
                positions.toArray(Long[]::new),
                log);
    }

    HistoryPage history(Cursor after) throws SQLException {
        List<List<StoredEntry>> appends = new ArrayList<>();
        long[] position = {position(after)};
        var events = new long[] {0};
        var bytes = new long[] {0};
        UUID[] last = {after.places().getFirst().event()};
        boolean more = true;
        while (more) {
            // An append that does not fit into a page is fetched to its end.
            PostgresNames.Witness seen = names.witness();
            more = query(
                    String.format(Sql.file("postgres/history_page.sql"), PostgresRows.COLUMNS),
                    result -> {
                        PostgresRows rows = PostgresRows.of(result, this, seen, null);
                        while (rows.next()) {
                            if (appends.isEmpty() || rows.startsAppend()) {
                                if (events[0] >= PAGE || bytes[0] >= PAGE_BYTES) {
                                    return false;
                                }
                                appends.add(new ArrayList<>());
                            }
                            StoredEntry entry = rows.entry();
                            appends.getLast().add(entry);
                            position[0] = entry.position();
                            last[0] = entry.id();
                            events[0]++;
                            bytes[0] += entry instanceof RecordedEvent event
                                    ? event.data().size()
                                    : 0;
                            if (rows.isCut()) {
                                return true;
                            }
                        }
                        return rows.count() > PAGE;
                    },
                    log,
                    seen.place().position(),
                    seen.place().id(),
                    log,
                    position[0],
                    // With the event behind a full page, which tells whether an append ends there.
                    PAGE + 1);
        }
        return new HistoryPage(appends, Cursor.of(id, new Cursor.Place(position[0], last[0])));
    }

    /** What stands for a stream in the directory. */
    private record Known(long key, long created) {}

    private @Nullable Known known(StreamId stream) throws SQLException {
        return query(
                "SELECT s.key, s.created FROM \"cairn\".stream s WHERE s.log = ? AND s.category = ? AND s.name = ?",
                rows -> rows.next() ? new Known(rows.getLong(1), rows.getLong(2)) : null,
                log,
                stream.category(),
                stream.id());
    }

    List<StreamInfo> page(StreamListing listing) throws SQLException {
        StreamId afterStream = listing.after();
        long after = 0;
        if (afterStream != null) {
            Known known = known(afterStream);
            if (known == null) {
                throw new NoSuchStream(afterStream);
            }
            after = known.created();
        }
        Cursor createdUpTo = listing.createdUpTo();
        long upTo = createdUpTo == null ? Long.MAX_VALUE : position(createdUpTo);
        List<Object> parameters = new ArrayList<>(List.of(log));
        String label = listing.label();
        String category = listing.category();
        String value = listing.value();
        String driver = label == null ? "s" : "l";
        var where = new StringBuilder(driver + ".log = ?");
        if (label != null) {
            where.append(" AND l.name = ?");
            parameters.add(label);
            if (value != null) {
                where.append(" AND l.value = ?");
                parameters.add(value);
            }
        }
        if (category != null) {
            where.append(" AND s.category = ?");
            parameters.add(category);
        }
        where.append(" AND ")
                .append(driver)
                .append(".created > ? AND ")
                .append(driver)
                .append(".created <= ?");
        parameters.add(after);
        parameters.add(upTo);
        parameters.add((int) Math.min(listing.limit(), PAGE));
        String from = label == null
                ? "\"cairn\".stream s"
                : "\"cairn\".label l CROSS JOIN LATERAL"
                        + " (SELECT * FROM \"cairn\".stream s WHERE s.key = l.stream OFFSET 0) s";
        return infos(from, where.toString(), driver + ".created", parameters.toArray());
    }

    Optional<StreamInfo> info(StreamId stream) throws SQLException {
        return infos(
                        "\"cairn\".stream s",
                        "s.log = ? AND s.category = ? AND s.name = ?",
                        "s.created",
                        log,
                        stream.category(),
                        stream.id(),
                        1)
                .stream()
                .findFirst();
    }

    private List<StreamInfo> infos(String from, String where, String order, Object... parameters) throws SQLException {
        return query(
                String.format(Sql.file("postgres/list_streams.sql"), order, from, where, order),
                rows -> {
                    List<StreamInfo> infos = new ArrayList<>();
                    while (rows.next()) {
                        infos.add(new StreamInfo(
                                new StreamId(rows.getString(1), rows.getString(2)),
                                rows.getLong(3),
                                PostgresEntries.instant(rows.getLong(4)),
                                PostgresEntries.instant(rows.getLong(5)),
                                rows.getLong(6),
                                rows.getBoolean(7),
                                labels(rows)));
                    }
                    return infos;
                },
                parameters);
    }

    private static SortedMap<String, Label> labels(ResultSet row) throws SQLException {
        SortedMap<String, Label> labels = new TreeMap<>(Limits.BYTE_ORDER);
        if (row.getArray(8) != null) {
            String[] names = (String[]) row.getArray(8).getArray();
            String[] values = (String[]) row.getArray(9).getArray();
            Long[] changed = (Long[]) row.getArray(10).getArray();
            for (int i = 0; i < names.length; i++) {
                labels.put(names[i], new Label(values[i], PostgresEntries.instant(changed[i])));
            }
        }
        return Collections.unmodifiableSortedMap(labels);
    }
}
