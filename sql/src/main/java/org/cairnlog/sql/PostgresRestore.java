// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StoredEntry;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.Label;
import org.cairnlog.log.LogRestore;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.Removal;

/** Fills a log in PostgreSQL with another one's history. */
final class PostgresRestore implements LogRestore {
    private final PostgresLogs logs;
    private final PostgresSchema schema;
    private final PostgresSchema.Log log;
    private final PostgresTransactions transactions;

    private PostgresRestore(PostgresLogs logs, PostgresSchema.Log log) {
        this.logs = logs;
        this.schema = logs.schema();
        this.log = log;
        this.transactions =
                new PostgresTransactions(logs, "the log \"" + logs.options().log() + "\"");
    }

    static PostgresRestore open(PostgresLogs logs, PostgresSchema.Log found, UUID id) {
        var restore = new PostgresRestore(logs, new PostgresSchema.Log(found.key(), id, true));
        restore.claim(found);
        return restore;
    }

    private void claim(PostgresSchema.Log found) {
        transactions.run(connection -> {
            lock(connection);
            boolean goesOn = found.restoring() && found.id().equals(log.id());
            long head = headPlace(connection).position();
            if (!goesOn && head > 0) {
                throw new IllegalStateException("A log can be restored only into an empty one; \""
                        + logs.options().log() + "\" has " + head + " places.");
            }
            return PostgresTransactions.update(
                    connection,
                    schema.of("UPDATE \"cairn\".log SET id = ?, restoring = true WHERE key = ?"),
                    log.id(),
                    log.key());
        });
    }

    /** Whether the restore is under way; other transactions of this restore wait. */
    private boolean lock(Connection connection) throws SQLException {
        return PostgresTransactions.query(
                        connection,
                        schema.of("SELECT restoring FROM \"cairn\".log WHERE key = ? FOR NO KEY UPDATE"),
                        row -> row.getBoolean(1),
                        log.key())
                .getFirst();
    }

    private void changing(PostgresTransactions.Action<?> action) {
        transactions.run(connection -> {
            if (!lock(connection)) {
                throw new IllegalStateException("The restore is complete, so nothing can be added to the log any more."
                        + " To restore it again, begin with an empty log.");
            }
            return action.on(connection);
        });
    }

    private Cursor.Place headPlace(Connection connection) throws SQLException {
        return PostgresTransactions.query(
                        connection,
                        schema.of("SELECT e.position, e.id FROM \"cairn\".event e WHERE e.log = ? ORDER BY e.position"
                                + " DESC LIMIT 1"),
                        row -> new Cursor.Place(row.getLong(1), row.getObject(2, UUID.class)),
                        log.key())
                .stream()
                .findFirst()
                .orElse(Cursor.Place.START);
    }

    @Override
    public Cursor head() {
        return Cursor.of(log.id(), transactions.run(this::headPlace));
    }

    /** A stream as it grows. */
    private record Stream(long key, long version, long removedBefore, boolean deleted) {}

    @Override
    public void add(List<List<StoredEntry>> parts) {
        changing(connection -> {
            try (var rows = new Rows(connection)) {
                long position = headPlace(connection).position();
                rows.know(parts.stream().flatMap(List::stream).toList(), position);
                for (List<StoredEntry> part : parts) {
                    boolean starts = true;
                    for (StoredEntry entry : part) {
                        rows.add(entry, ++position, starts);
                        starts = false;
                    }
                }
                rows.finish();
                return position;
            }
        });
    }

    /** Rows that are on their way into the tables: a few statements for all of them. */
    private final class Rows implements AutoCloseable {
        private final Connection connection;
        private final PreparedStatement events;
        private final PreparedStatement tags;
        private final PreparedStatement changes;
        private final Map<StreamId, Stream> streams = new HashMap<>();
        private final Map<StreamId, Stream> found = new HashMap<>();
        private final Map<List<String>, Integer> kinds = new HashMap<>();
        private final Set<UUID> ids = new HashSet<>();

        Rows(Connection connection) throws SQLException {
            this.connection = connection;
            events = connection.prepareStatement(schema.of(Sql.file("postgres/insert_event.sql")));
            tags = connection.prepareStatement(
                    schema.of("INSERT INTO \"cairn\".tag (log, tag, position) VALUES (?, ?, ?)"));
            changes = connection.prepareStatement(
                    schema.of("UPDATE \"cairn\".stream SET removed_before = ?, deleted = ? WHERE key = ?"));
        }

        /** Looks up which ids are taken and which streams are there, and makes those that are not. */
        void know(List<StoredEntry> entries, long head) throws SQLException {
            Array wanted = connection.createArrayOf(
                    "uuid", entries.stream().map(StoredEntry::id).toArray());
            ids.addAll(PostgresTransactions.query(
                    connection,
                    schema.of("SELECT e.id FROM unnest(?) q (id) JOIN \"cairn\".event e ON e.id = q.id AND e.log = ?"),
                    row -> row.getObject(1, UUID.class),
                    wanted,
                    log.key()));
            Map<StreamId, Long> first = new LinkedHashMap<>();
            for (int i = 0; i < entries.size(); i++) {
                first.putIfAbsent(entries.get(i).stream(), head + 1 + i);
            }
            find(List.copyOf(first.keySet()));
            first.keySet().removeAll(found.keySet());
            create(first);
        }

        private void find(List<StreamId> names) throws SQLException {
            PostgresTransactions.query(
                    connection,
                    schema.of(Sql.file("postgres/find_streams.sql")),
                    row -> found.put(
                            new StreamId(row.getString(1), row.getString(2)),
                            new Stream(row.getLong(3), row.getLong(4), row.getLong(5), row.getBoolean(6))),
                    texts(names, StreamId::category),
                    texts(names, StreamId::id),
                    log.key());
        }

        private void create(Map<StreamId, Long> first) throws SQLException {
            List<StreamId> names = List.copyOf(first.keySet());
            PostgresTransactions.query(
                    connection,
                    schema.of("INSERT INTO \"cairn\".stream (log, category, name, bucket, created)"
                            + " SELECT ?, q.category, q.name, q.bucket, q.created"
                            + " FROM unnest(?, ?, ?, ?) q (category, name, bucket, created)"
                            + " RETURNING category, name, key"),
                    row -> found.put(
                            new StreamId(row.getString(1), row.getString(2)), new Stream(row.getLong(3), 0, 1, false)),
                    log.key(),
                    texts(names, StreamId::category),
                    texts(names, StreamId::id),
                    connection.createArrayOf(
                            "int4", names.stream().map(StreamId::bucket).toArray()),
                    connection.createArrayOf("int8", first.values().toArray()));
        }

        private Array texts(List<StreamId> names, Function<StreamId, String> text) throws SQLException {
            return connection.createArrayOf("text", names.stream().map(text).toArray());
        }

        void add(StoredEntry entry, long position, boolean starts) throws SQLException {
            Stream known = Objects.requireNonNull(found.get(entry.stream()));
            Stream stream = streams.getOrDefault(entry.stream(), known);
            LogRestore.checkNext(entry, position, stream.version() + 1, ids.add(entry.id()));
            insert(entry, stream.key(), starts);
            streams.put(
                    entry.stream(),
                    new Stream(
                            stream.key(),
                            entry.version(),
                            entry instanceof RecordedEvent ? stream.removedBefore() : entry.version() + 1,
                            entry.type().equals(EventData.DELETED)));
        }

        private int kind(String category, String type) throws SQLException {
            List<String> name = List.of(category, type);
            Integer known = kinds.get(name);
            if (known == null) {
                PostgresTransactions.update(
                        connection,
                        schema.of("INSERT INTO \"cairn\".kind (log, category, type) VALUES (?, ?, ?)"
                                + " ON CONFLICT DO NOTHING"),
                        log.key(),
                        category,
                        type);
                known = PostgresTransactions.query(
                                connection,
                                schema.of("SELECT k.key FROM \"cairn\".kind k"
                                        + " WHERE k.log = ? AND k.category = ? AND k.type = ?"),
                                row -> row.getInt(1),
                                log.key(),
                                category,
                                type)
                        .getFirst();
                kinds.put(name, known);
            }
            return known;
        }

        private void insert(StoredEntry entry, long stream, boolean starts) throws SQLException {
            EventData data = entry instanceof RecordedEvent event ? event.data() : null;
            events.setInt(1, log.key());
            events.setLong(2, entry.position());
            events.setLong(3, stream);
            events.setLong(4, entry.version());
            events.setObject(5, entry.id());
            events.setInt(6, kind(entry.stream().category(), entry.type()));
            events.setInt(7, entry.stream().bucket());
            events.setBoolean(8, starts);
            events.setLong(9, PostgresEntries.micros(entry.recordedAt()));
            if (entry.tags().isEmpty()) {
                events.setNull(10, Types.ARRAY, "_text");
            } else {
                events.setArray(
                        10, connection.createArrayOf("text", entry.tags().toArray()));
            }
            events.setInt(11, PostgresEntries.placeSum(entry.stream(), entry.id(), entry.type(), entry.tags()));
            if (data == null) {
                for (int column = 12; column <= 19; column++) {
                    events.setNull(column, column == 18 ? Types.BINARY : Types.NULL);
                }
            } else {
                Instant occurredAt = data.occurredAt();
                events.setInt(12, data.schemaVersion());
                events.setInt(13, data.size());
                if (occurredAt == null) {
                    events.setNull(14, Types.BIGINT);
                } else {
                    events.setLong(14, PostgresEntries.micros(occurredAt));
                }
                events.setString(15, data.contentType());
                events.setString(16, data.metadata().toString());
                events.setBoolean(17, data.baseline());
                events.setBytes(18, data.payload());
                events.setInt(19, PostgresEntries.contentSum(data));
            }
            events.addBatch();
            for (String tag : entry.tags()) {
                tags.setInt(1, log.key());
                tags.setString(2, tag);
                tags.setLong(3, entry.position());
                tags.addBatch();
            }
        }

        void finish() throws SQLException {
            events.executeBatch();
            tags.executeBatch();
            for (Map.Entry<StreamId, Stream> one : streams.entrySet()) {
                Stream stream = one.getValue();
                Stream before = Objects.requireNonNull(found.get(one.getKey()));
                if (stream.removedBefore() != before.removedBefore() || stream.deleted() != before.deleted()) {
                    changes.setLong(1, stream.removedBefore());
                    changes.setBoolean(2, stream.deleted());
                    changes.setLong(3, stream.key());
                    changes.addBatch();
                }
            }
            changes.executeBatch();
        }

        @Override
        public void close() throws SQLException {
            events.close();
            tags.close();
            changes.close();
        }
    }

    private long known(Connection connection, StreamId name) throws SQLException {
        return PostgresTransactions.query(
                        connection,
                        schema.of("SELECT s.key FROM \"cairn\".stream s"
                                + " WHERE s.log = ? AND s.category = ? AND s.name = ?"),
                        row -> row.getLong(1),
                        log.key(),
                        name.category(),
                        name.id())
                .stream()
                .findFirst()
                .orElseThrow(() -> new NoSuchStream(name));
    }

    @Override
    public void labels(StreamId stream, Map<String, Label> labels) {
        changing(connection -> {
            long key = known(connection, stream);
            for (Map.Entry<String, Label> label : labels.entrySet()) {
                PostgresTransactions.update(
                        connection,
                        schema.of("INSERT INTO \"cairn\".label (stream, name, log, value, changed_at, created)"
                                + " SELECT s.key, ?, s.log, ?, ?, s.created FROM \"cairn\".stream s WHERE s.key = ?"
                                + " ON CONFLICT (stream, name) DO UPDATE SET value = excluded.value,"
                                + " changed_at = excluded.changed_at"),
                        label.getKey(),
                        label.getValue().value(),
                        PostgresEntries.micros(label.getValue().changedAt()),
                        key);
            }
            return key;
        });
    }

    @Override
    public void removal(Removal removal) {
        changing(connection -> PostgresTransactions.update(
                connection,
                schema.of("INSERT INTO \"cairn\".removal (log, number, stream, deletion, before, events, reason,"
                        + " removed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
                log.key(),
                removal.number(),
                known(connection, removal.stream()),
                removal.deletion(),
                removal.before(),
                removal.events(),
                removal.reason(),
                PostgresEntries.micros(removal.at())));
    }

    @Override
    public void complete() {
        transactions.run(connection -> PostgresTransactions.update(
                connection, schema.of("UPDATE \"cairn\".log SET restoring = false WHERE key = ?"), log.key()));
    }

    @Override
    public void close() {
        logs.close();
    }
}
