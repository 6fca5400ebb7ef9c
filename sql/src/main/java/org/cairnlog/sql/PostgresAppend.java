// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        STALE,
        /** Nothing was stored, because an id is taken or what was known is wrong: to be done again knowing nothing. */
        DOUBTED
    }

    /** A category and a type of events. */
    record Kind(String category, String type) {}

    /** What came of a plan, with the keys of its kinds of events. */
    record Result(Outcome outcome, PostgresBatch.Facts facts, Map<Kind, Integer> kinds) {}

    private static final PostgresBatch.Facts NONE =
            new PostgresBatch.Facts(0, null, 0, 0, Map.of(), Map.of(), List.of(), Set.of());
    private static final int PARAMETERS = 24;
    private static final int KNOWN_PARAMETERS = 16;
    private static final int ONE_PARAMETERS = 20;
    private static final int KEYS = 200;

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
            List<Kind> kinds = kinds(plan);
            known(plan, kinds, parameters);
            streams(plan, parameters);
            events(plan, kinds, parameters);
            labels(plan, parameters);
            parameters.next("text", plan.otherIds().toArray(String[]::new));
            checks(plan, parameters);
            if (!statement.execute()) {
                statement.getMoreResults();
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return result(plan, kinds, row);
            }
        }
    }

    /** Stores a plan that rests on what is known of the log, or doubts it and stores nothing. */
    Result callKnown(PostgresBatch.Plan plan) throws SQLException {
        PostgresMemory known = plan.known;
        List<StreamId> made = plan.newStreams();
        if (known.keys() < made.size()) {
            reserveKeys(known, made.size());
        }
        Map<StreamId, PostgresBatch.Stream> streams = new HashMap<>();
        plan.streams.forEach((name, stream) -> {
            long key = stream.isNew() ? known.nextKey() : Objects.requireNonNull(stream.key);
            streams.put(name, new PostgresBatch.Stream(key, Objects.requireNonNull(stream.base), false));
        });
        Long storedAt;
        try {
            storedAt = plan.isOnePlainEvent() ? storeOne(plan, made, streams) : storeKnown(plan, made, streams);
        } catch (SQLException e) {
            if (!PostgresErrors.isTaken(e)) {
                throw e;
            }
            storedAt = null;
        }
        if (storedAt == null) {
            return new Result(Outcome.DOUBTED, NONE, Map.of());
        }
        var facts = new PostgresBatch.Facts(
                known.head(), known.headId(), known.headAt(), storedAt, streams, Map.of(), List.of(), Set.of());
        return new Result(Outcome.STORED, facts, Map.of());
    }

    private @Nullable Long storeKnown(
            PostgresBatch.Plan plan, List<StreamId> made, Map<StreamId, PostgresBatch.Stream> streams)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                schema.of("SELECT \"cairn\".append_known_1(?" + ", ?".repeat(KNOWN_PARAMETERS - 1) + ")"))) {
            var parameters = new Parameters(statement);
            end(plan, parameters);
            newStreams(plan, made, streams, parameters);
            knownEvents(plan, streams, parameters);
            checks(plan, parameters);
            return storedAt(statement);
        }
    }

    /** The same for what most appends are. */
    private @Nullable Long storeOne(
            PostgresBatch.Plan plan, List<StreamId> made, Map<StreamId, PostgresBatch.Stream> streams)
            throws SQLException {
        StreamId name = plan.events.getFirst().stream();
        EventData data = plan.events.getFirst().event();
        PostgresBatch.Stream stream = Objects.requireNonNull(streams.get(name));
        try (PreparedStatement statement = connection.prepareStatement(
                schema.of("SELECT \"cairn\".append_one_1(?" + ", ?".repeat(ONE_PARAMETERS - 1) + ")"))) {
            var parameters = new Parameters(statement);
            end(plan, parameters);
            parameters.next(made.isEmpty() ? null : name.category(), Types.VARCHAR);
            parameters.next(made.isEmpty() ? null : name.id(), Types.VARCHAR);
            parameters.next(stream.key());
            parameters.next(stream.version() + 1);
            parameters.next(data.id());
            parameters.next(Objects.requireNonNull(plan.known.kind(kind(plan.events.getFirst()))));
            parameters.next(name.bucket());
            parameters.next(PostgresEntries.placeSum(name, data.id(), data.type(), data.tags()));
            parameters.next(data.schemaVersion());
            parameters.next(data.size());
            parameters.next(occurredAt(data), Types.BIGINT);
            parameters.next(data.contentType());
            parameters.next(data.metadata().toString());
            parameters.next(data.baseline());
            parameters.next(data.payload());
            parameters.next(PostgresEntries.contentSum(data));
            return storedAt(statement);
        }
    }

    private void end(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        parameters.next(log);
        parameters.next(plan.known.head());
        parameters.next(Objects.requireNonNull(plan.known.headId()));
        parameters.next(plan.known.headAt());
    }

    private static @Nullable Long storedAt(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            long at = row.getLong(1);
            return row.wasNull() ? null : at;
        }
    }

    private void reserveKeys(PostgresMemory known, int least) throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement(schema.of("SELECT \"cairn\".stream_keys_1(?) AS keys"))) {
            call.setInt(1, Math.max(least, KEYS));
            try (ResultSet row = call.executeQuery()) {
                row.next();
                known.addKeys(array(row, "keys", new Long[0]));
            }
        }
    }

    private static void newStreams(
            PostgresBatch.Plan plan,
            List<StreamId> made,
            Map<StreamId, PostgresBatch.Stream> streams,
            Parameters parameters)
            throws SQLException {
        int count = made.size();
        String[][] names = new String[count][];
        Long[] keys = new Long[count];
        Integer[][] places = new Integer[count][];
        for (int i = 0; i < count; i++) {
            StreamId name = made.get(i);
            names[i] = new String[] {name.category(), name.id()};
            keys[i] = Objects.requireNonNull(streams.get(name)).key();
            places[i] = new Integer[] {name.bucket(), Objects.requireNonNull(plan.streams.get(name)).first};
        }
        parameters.next("text", names);
        parameters.next("int8", keys);
        parameters.next("int4", places);
    }

    private static void knownEvents(
            PostgresBatch.Plan plan, Map<StreamId, PostgresBatch.Stream> streams, Parameters parameters)
            throws SQLException {
        int count = plan.events.size();
        long[][] keys = new long[count][];
        int[][] numbers = new int[count][];
        for (int i = 0; i < count; i++) {
            StreamId name = plan.events.get(i).stream();
            EventData data = plan.events.get(i).event();
            PostgresBatch.Stream stream = Objects.requireNonNull(streams.get(name));
            keys[i] = new long[] {stream.key(), stream.version() + plan.steps.get(i)};
            numbers[i] = new int[] {
                Objects.requireNonNull(plan.known.kind(kind(plan.events.get(i)))),
                name.bucket(),
                plan.starts.get(i) ? 1 : 0,
                PostgresEntries.placeSum(name, data.id(), data.type(), data.tags()),
                data.schemaVersion(),
                data.size(),
                data.baseline() ? 1 : 0,
                PostgresEntries.contentSum(data)
            };
        }
        parameters.next("int8", keys);
        parameters.next("int4", numbers);
        contents(plan, parameters);
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

        void next(@Nullable Object value, int type) throws SQLException {
            statement.setObject(++index, value, type);
        }

        void nextNull(int type, String name) throws SQLException {
            statement.setNull(++index, type, name);
        }

        /** An array, or null in its place if it would be empty. */
        void next(String type, @Nullable Object[] values) throws SQLException {
            if (values.length == 0) {
                nextNull(Types.ARRAY, "_" + type);
            } else {
                statement.setArray(++index, connection.createArrayOf(type, values));
            }
        }
    }

    /** What is known of the log, for as long as it ends where that was learned. */
    private static void known(PostgresBatch.Plan plan, List<Kind> kinds, Parameters parameters) throws SQLException {
        UUID headId = plan.known.headId();
        parameters.next(plan.known.head());
        if (headId == null) {
            parameters.nextNull(Types.OTHER, "uuid");
        } else {
            parameters.next(headId);
        }
        parameters.next(plan.known.headAt());
        parameters.next(plan.known.trusts());
        parameters.next("int8", plan.streams.values().stream().map(s -> s.key).toArray(Long[]::new));
        parameters.next("int4", kinds.stream().map(plan.known::kind).toArray(Integer[]::new));
    }

    private static void streams(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        int count = plan.streams.size();
        String[][] names = new String[count][];
        @Nullable Integer[][] places = new @Nullable Integer[count][];
        @Nullable Long[] expected = new @Nullable Long[count];
        plan.streams.forEach((name, stream) -> {
            int i = stream.number - 1;
            names[i] = new String[] {name.category(), name.id()};
            places[i] = new @Nullable Integer[] {name.bucket(), stream.added == 0 ? null : stream.first};
            expected[i] = stream.expected();
        });
        parameters.next("text", names);
        parameters.next("int4", places);
        parameters.next("int8", expected);
    }

    /** The kinds of the events of a plan, in the order in which they are numbered from 1. */
    private static List<Kind> kinds(PostgresBatch.Plan plan) {
        Set<Kind> kinds = new LinkedHashSet<>();
        plan.events.forEach(event -> kinds.add(kind(event)));
        return List.copyOf(kinds);
    }

    static Kind kind(Append.NewEvent event) {
        return new Kind(event.stream().category(), event.event().type());
    }

    private static void events(PostgresBatch.Plan plan, List<Kind> kinds, Parameters parameters) throws SQLException {
        int count = plan.events.size();
        Map<Kind, Integer> kindNumbers = new HashMap<>();
        kinds.forEach(kind -> kindNumbers.put(kind, kindNumbers.size() + 1));
        int[][] numbers = new int[count][];
        for (int i = 0; i < count; i++) {
            StreamId stream = plan.events.get(i).stream();
            EventData data = plan.events.get(i).event();
            numbers[i] = new int[] {
                plan.number(stream),
                plan.steps.get(i),
                Objects.requireNonNull(kindNumbers.get(kind(plan.events.get(i)))),
                plan.starts.get(i) ? 1 : 0,
                PostgresEntries.placeSum(stream, data.id(), data.type(), data.tags()),
                data.schemaVersion(),
                data.size(),
                data.baseline() ? 1 : 0,
                PostgresEntries.contentSum(data)
            };
        }
        String[][] kindNames = kinds.stream()
                .map(kind -> new String[] {kind.category(), kind.type()})
                .toArray(String[][]::new);
        parameters.next("text", kindNames);
        parameters.next("int4", numbers);
        contents(plan, parameters);
    }

    /** What the events carry, and their tags. */
    private static void contents(PostgresBatch.Plan plan, Parameters parameters) throws SQLException {
        int count = plan.events.size();
        String[][] texts = new String[count][];
        @Nullable Long[] occurredAt = new @Nullable Long[count];
        byte[][] payloads = new byte[count][];
        List<Integer> tagged = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EventData data = plan.events.get(i).event();
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

    private static Result result(PostgresBatch.Plan plan, List<Kind> kinds, ResultSet row) throws SQLException {
        Outcome outcome = Outcome.valueOf(row.getString("outcome").toUpperCase(java.util.Locale.ROOT));
        if (outcome == Outcome.BUSY || outcome == Outcome.STALE || outcome == Outcome.DOUBTED) {
            return new Result(outcome, NONE, Map.of());
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
                row.getLong("head_at"),
                row.getLong("stored_at"),
                PostgresBatch.streams(
                        plan,
                        array(row, "keys", new Long[0]),
                        array(row, "versions", new Long[0]),
                        row.getArray("deleted") == null ? null : array(row, "deleted", new Boolean[0])),
                taken,
                Arrays.asList(array(row, "matches", new Long[0])),
                new HashSet<>(List.of(array(row, "foreign_cursors", new Integer[0]))));
        Integer[] keys = array(row, "kinds", new Integer[0]);
        Map<Kind, Integer> kindKeys = new HashMap<>();
        for (int i = 0; i < keys.length; i++) {
            kindKeys.put(kinds.get(i), keys[i]);
        }
        return new Result(outcome, facts, kindKeys);
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
        Result result = call(batch.plan(), Mode.LOOK_ISOLATED, patience);
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
