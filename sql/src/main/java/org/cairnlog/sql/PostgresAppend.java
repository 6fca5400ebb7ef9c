// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.LogBusy;
import org.jspecify.annotations.Nullable;

/** Calls append_1, the one way for events into a log: a plan in, the outcome and the facts out. */
final class PostgresAppend {
    /** What the database does with a plan. */
    enum Mode {
        /** Stores it, or nothing. */
        APPEND("append", false),
        /** The same in a transaction that is told to be READ COMMITTED, where the database's default is another. */
        APPEND_ISOLATED("append", true),
        /** Stores it and commits the caller's transaction in the same message, or fails. */
        COMMIT("commit", false),
        /** Stores nothing. */
        LOOK("look", false),
        /** The same in a transaction that is told to be READ COMMITTED. */
        LOOK_ISOLATED("look", true);

        private final String word;
        private final boolean isolated;

        Mode(String word, boolean isolated) {
            this.word = word;
            this.isolated = isolated;
        }

        private String message(String call) {
            return isolated
                    ? "BEGIN ISOLATION LEVEL READ COMMITTED; " + call + "; COMMIT"
                    : this == COMMIT ? call + "; COMMIT" : call;
        }
    }

    enum Outcome {
        STORED,
        REFUSED,
        BUSY,
        STALE
    }

    record Result(Outcome outcome, PostgresBatch.Facts facts) {}

    private static final PostgresBatch.Facts NONE = new PostgresBatch.Facts(0, Map.of(), Map.of(), List.of(), Set.of());
    private static final int PARAMETERS = 18;

    private final Connection connection;
    private final PostgresSchema schema;
    private final int log;

    PostgresAppend(Connection connection, PostgresSchema schema, int log) {
        this.connection = connection;
        this.schema = schema;
        this.log = log;
    }

    Result call(PostgresBatch.Plan plan, Mode mode, Duration patience) throws SQLException {
        try {
            return send(plan, mode, patience);
        } catch (SQLException e) {
            if (mode.isolated && !PostgresErrors.isConnectionLost(e)) {
                endTransaction(e);
            }
            throw e;
        }
    }

    /** A message that began a transaction of its own has left it behind. */
    private void endTransaction(SQLException failure) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private Result send(PostgresBatch.Plan plan, Mode mode, Duration patience) throws SQLException {
        String call = schema.of("SELECT * FROM \"cairn\".append_1(?" + ", ?".repeat(PARAMETERS - 1) + ")");
        try (PreparedStatement statement = connection.prepareStatement(mode.message(call))) {
            var parameters = new Parameters(statement);
            parameters.next(mode.word);
            parameters.next(log);
            parameters.next(millis(patience));
            streams(plan, parameters);
            events(plan, parameters);
            labels(plan, parameters);
            parameters.next("text", plan.otherIds().toArray(String[]::new));
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

    /** As the database counts its patience, where zero would be for ever. */
    static int millis(Duration patience) {
        return Math.clamp(TimeUnit.MILLISECONDS.convert(patience), 1, Integer.MAX_VALUE);
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

        /** An array, or null in its place if it would be empty. */
        void next(String type, @Nullable Object[] values) throws SQLException {
            if (values.length == 0) {
                statement.setNull(++index, java.sql.Types.ARRAY, "_" + type);
            } else {
                statement.setArray(++index, connection.createArrayOf(type, values));
            }
        }
    }

    private static void streams(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        int count = plan.streams.size();
        String[][] names = new String[count][];
        Integer[] buckets = new Integer[count];
        @Nullable Long[] expected = new @Nullable Long[count];
        plan.streams.forEach((name, stream) -> {
            int i = stream.number - 1;
            names[i] = new String[] {name.category(), name.id()};
            buckets[i] = name.bucket();
            expected[i] = stream.expected();
        });
        parameters.next("text", names);
        parameters.next("int4", buckets);
        parameters.next("int8", expected);
    }

    private record Kind(String category, String type) {}

    private static void events(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        int count = plan.events.size();
        Map<Kind, Integer> kinds = new LinkedHashMap<>();
        int[][] numbers = new int[count][];
        String[][] texts = new String[count][];
        @Nullable Long[] occurredAt = new @Nullable Long[count];
        byte[][] payloads = new byte[count][];
        List<Integer> tagged = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StreamId stream = plan.events.get(i).stream();
            EventData data = plan.events.get(i).event();
            numbers[i] = new int[] {
                plan.number(stream),
                plan.steps.get(i),
                kinds.computeIfAbsent(new Kind(stream.category(), data.type()), kind -> kinds.size() + 1),
                plan.starts.get(i) ? 1 : 0,
                PostgresEntries.placeSum(stream, data.id(), data.type(), data.tags()),
                data.schemaVersion(),
                data.size(),
                data.baseline() ? 1 : 0,
                PostgresEntries.contentSum(data)
            };
            texts[i] = new String[] {
                data.id().toString(),
                PostgresEntries.literal(data.tags()),
                data.contentType(),
                data.metadata().toString()
            };
            occurredAt[i] = occurredAt(data);
            payloads[i] = data.payload();
            for (String tag : data.tags()) {
                tagged.add(i + 1);
                tags.add(tag);
            }
        }
        String[][] kindNames = kinds.keySet().stream()
                .map(kind -> new String[] {kind.category(), kind.type()})
                .toArray(String[][]::new);
        parameters.next("text", kindNames);
        parameters.next("int4", numbers);
        parameters.next("text", texts);
        parameters.next("int8", occurredAt);
        parameters.next("bytea", payloads);
        parameters.next("int4", tagged.toArray(Integer[]::new));
        parameters.next("text", tags.toArray(String[]::new));
    }

    private static @Nullable Long occurredAt(EventData data) {
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
        parameters.next("int4", rows.values().stream().map(LabelRow::stream).toArray(Integer[]::new));
        parameters.next(
                "text",
                rows.values().stream()
                        .map(row -> new String[] {row.name(), row.value()})
                        .toArray(String[][]::new));
    }

    private static void checks(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        parameters.next(
                "int8", plan.checks.stream().map(PostgresBatch.Check::after).toArray(Long[]::new));
        parameters.next("text", plan.checks.stream().map(PostgresAppend::texts).toArray(String[][]::new));
    }

    private static @Nullable String[] texts(PostgresBatch.Check check) {
        UUID afterId = check.afterId();
        List<StreamId> streams = List.copyOf(check.item.streams());
        return new @Nullable String[] {
            afterId == null ? null : afterId.toString(),
            PostgresEntries.literal(streams.stream().map(StreamId::category).toList()),
            PostgresEntries.literal(streams.stream().map(StreamId::id).toList()),
            PostgresEntries.literal(check.item.categories()),
            PostgresEntries.literal(check.item.types()),
            PostgresEntries.literal(check.item.tags())
        };
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

    /** The first result of an append, if it is stored; on a connection without a transaction. */
    Optional<Appended> stored(UUID id, Append append, Duration patience) throws SQLException {
        var batch = new PostgresBatch(id, true);
        batch.add(append);
        Result result = call(batch.plan(null), Mode.LOOK_ISOLATED, patience);
        if (result.outcome() == Outcome.BUSY) {
            throw new LogBusy(PostgresHolder.named(connection, schema, log), patience, null);
        }
        return Optional.ofNullable(batch.repeated(append, result.facts(), this::places, false));
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
