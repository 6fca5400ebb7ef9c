// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.jspecify.annotations.Nullable;

/** Calls append_1, the one way for events into a log: a plan in, the outcome and the facts out. */
final class PostgresAppend {
    /** What the database does with a plan. */
    enum Mode {
        /** Stores it, or nothing. */
        APPEND,
        /** The same in a transaction that is told to be READ COMMITTED, where the database's default is another. */
        APPEND_ISOLATED,
        /** Stores it and commits the caller's transaction in the same message, or fails. */
        COMMIT,
        /** Stores nothing. */
        LOOK
    }

    enum Outcome {
        STORED,
        REFUSED,
        BUSY,
        STALE
    }

    record Result(Outcome outcome, PostgresBatch.Facts facts) {}

    private static final PostgresBatch.Facts NONE =
            new PostgresBatch.Facts(0, null, Map.of(), Map.of(), List.of(), Set.of());
    private static final int PARAMETERS = 37;

    private final Connection connection;
    private final PostgresSchema schema;
    private final int log;

    PostgresAppend(Connection connection, PostgresSchema schema, int log) {
        this.connection = connection;
        this.schema = schema;
        this.log = log;
    }

    Result call(PostgresBatch.Plan plan, Mode mode, Duration patience) throws SQLException {
        String call = schema.of("SELECT * FROM \"cairn\".append_1(?" + ", ?".repeat(PARAMETERS - 1) + ")");
        String message = switch (mode) {
            case COMMIT -> call + "; COMMIT";
            case APPEND_ISOLATED -> "BEGIN ISOLATION LEVEL READ COMMITTED; " + call + "; COMMIT";
            case APPEND, LOOK -> call;
        };
        try (PreparedStatement statement = connection.prepareStatement(message)) {
            var parameters = new Parameters(statement);
            parameters.next(
                    switch (mode) {
                        case COMMIT -> "commit";
                        case LOOK -> "look";
                        case APPEND, APPEND_ISOLATED -> "append";
                    });
            parameters.next(log);
            parameters.next((int) patience.toMillis());
            streams(plan, parameters);
            events(plan, parameters);
            labels(plan, parameters);
            parameters.some("text", plan.otherIds(), id -> id);
            checks(plan, parameters);
            if (!statement.execute()) {
                statement.getMoreResults();
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return result(plan, row);
            }
        }
    }

    /** Sets one parameter after the other. */
    private final class Parameters {
        private final PreparedStatement statement;
        private int index;

        Parameters(PreparedStatement statement) {
            this.statement = statement;
        }

        void next(Object value) throws SQLException {
            statement.setObject(++index, value);
        }

        void next(String type, Object[] values) throws SQLException {
            statement.setArray(++index, connection.createArrayOf(type, values));
        }

        <T> void next(String type, List<T> from, Function<T, @Nullable Object> value) throws SQLException {
            next(type, from.stream().map(value).toArray());
        }

        /** An array, or null in its place if there is nothing to say. */
        <T> void some(String type, List<T> from, Function<T, @Nullable Object> value) throws SQLException {
            if (from.isEmpty()) {
                statement.setNull(++index, java.sql.Types.ARRAY, "_" + type);
            } else {
                next(type, from, value);
            }
        }
    }

    private static void streams(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        List<StreamId> names = List.copyOf(plan.streams.keySet());
        parameters.next("text", names, StreamId::category);
        parameters.next("text", names, StreamId::id);
        parameters.next("int4", names, StreamId::bucket);
        parameters.next("int8", List.copyOf(plan.streams.values()), PostgresBatch.Planned::expected);
    }

    private record Kind(String category, String type) {}

    private static void events(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        Map<Kind, Integer> kinds = new LinkedHashMap<>();
        Integer[] kindOf = new Integer[plan.events.size()];
        List<Integer> tagged = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < plan.events.size(); i++) {
            Append.NewEvent event = plan.events.get(i);
            var kind = new Kind(event.stream().category(), event.event().type());
            kinds.putIfAbsent(kind, kinds.size() + 1);
            kindOf[i] = kinds.get(kind);
            for (String tag : event.event().tags()) {
                tagged.add(i + 1);
                tags.add(tag);
            }
        }
        List<Append.NewEvent> events = plan.events;
        List<EventData> data = events.stream().map(Append.NewEvent::event).toList();
        parameters.next("text", List.copyOf(kinds.keySet()), Kind::category);
        parameters.next("text", List.copyOf(kinds.keySet()), Kind::type);
        parameters.next("int4", events, event -> plan.number(event.stream()));
        parameters.next("int4", plan.steps.toArray());
        parameters.next("text", data, event -> event.id().toString());
        parameters.next("int4", kindOf);
        parameters.next("bool", plan.starts.toArray());
        parameters.next("text", data, event -> PostgresEntries.literal(event.tags()));
        parameters.next(
                "int4",
                events,
                event -> PostgresEntries.placeSum(
                        event.stream(),
                        event.event().id(),
                        event.event().type(),
                        event.event().tags()));
        parameters.next("int4", data, EventData::schemaVersion);
        parameters.next("int4", data, EventData::size);
        parameters.next("int8", data, PostgresAppend::occurredAt);
        parameters.next("text", data, EventData::contentType);
        parameters.next("text", data, event -> event.metadata().toString());
        parameters.next("bool", data, EventData::baseline);
        parameters.next("bytea", data.stream().map(EventData::payload).toArray(byte[][]::new));
        parameters.next("int4", data, PostgresEntries::contentSum);
        parameters.some("int4", tagged, number -> number);
        parameters.some("text", tags, tag -> tag);
    }

    private static @Nullable Object occurredAt(EventData data) {
        Instant time = data.occurredAt();
        return time == null ? null : PostgresEntries.micros(time);
    }

    private record LabelRow(int stream, String name, String value) {}

    private static void labels(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        // A later append may set the same label again; one statement sets it once.
        Map<List<Object>, LabelRow> rows = new LinkedHashMap<>();
        for (PostgresBatch.Entry entry : plan.stored) {
            entry.append
                    .labels()
                    .forEach((stream, labels) -> labels.forEach((name, value) -> {
                        int number = plan.number(stream);
                        rows.put(List.of(number, name), new LabelRow(number, name, value));
                    }));
        }
        List<LabelRow> all = List.copyOf(rows.values());
        parameters.some("int4", all, LabelRow::stream);
        parameters.some("text", all, LabelRow::name);
        parameters.some("text", all, LabelRow::value);
    }

    private static void checks(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        List<PostgresBatch.Check> checks = plan.checks;
        parameters.some("int8", checks, PostgresBatch.Check::after);
        parameters.some("text", checks, check -> check.afterId() == null ? null : String.valueOf(check.afterId()));
        parameters.some(
                "text",
                checks,
                check -> PostgresEntries.literal(
                        check.item.streams().stream().map(StreamId::category).toList()));
        parameters.some(
                "text",
                checks,
                check -> PostgresEntries.literal(
                        check.item.streams().stream().map(StreamId::id).toList()));
        parameters.some("text", checks, check -> PostgresEntries.literal(check.item.categories()));
        parameters.some("text", checks, check -> PostgresEntries.literal(check.item.types()));
        parameters.some("text", checks, check -> PostgresEntries.literal(check.item.tags()));
    }

    private static Result result(PostgresBatch.Plan plan, ResultSet row) throws SQLException {
        Outcome outcome = Outcome.valueOf(row.getString("outcome").toUpperCase(java.util.Locale.ROOT));
        if (outcome == Outcome.BUSY || outcome == Outcome.STALE) {
            return new Result(outcome, NONE);
        }
        Map<UUID, Long> taken = new HashMap<>();
        UUID[] ids = array(row, "taken", new UUID[0]);
        Long[] positions = array(row, "taken_at", new Long[0]);
        for (int i = 0; i < ids.length; i++) {
            taken.put(ids[i], positions[i]);
        }
        var facts = new PostgresBatch.Facts(
                row.getLong("head"),
                row.getObject("head_id", UUID.class),
                PostgresBatch.streams(
                        plan.streams.keySet(),
                        array(row, "versions", new Long[0]),
                        array(row, "deleted", new Boolean[0])),
                taken,
                Arrays.asList(array(row, "matches", new Long[0])),
                new HashSet<>(List.of(array(row, "foreign_cursors", new Integer[0]))));
        return new Result(outcome, facts);
    }

    @SuppressWarnings("unchecked")
    private static <T> T[] array(ResultSet row, String column, T[] none) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? none : (T[]) array.getArray();
    }

    /** What stands at some positions. */
    List<PostgresBatch.Place> places(long first, long last) throws SQLException {
        List<PostgresBatch.Place> places = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(schema.of(
                "SELECT place, starts, id, category, name, type, version FROM \"cairn\".places_1(?, ?, ?)"))) {
            query.setInt(1, log);
            query.setLong(2, first);
            query.setLong(3, last);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    places.add(new PostgresBatch.Place(
                            rows.getLong(1),
                            rows.getBoolean(2),
                            rows.getObject(3, UUID.class),
                            new StreamId(rows.getString(4), rows.getString(5)),
                            rows.getString(6),
                            rows.getLong(7)));
                }
            }
        }
        return places;
    }
}
