// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.benchmarks;

import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.TransactionalEventLog;
import org.jspecify.annotations.Nullable;

/** Reads from PostgreSQL, beside a plain cursor over the same rows. */
final class Reads {
    /** What Cairn keeps of an event, as plain Java values. */
    @SuppressWarnings("ArrayRecordComponent") // rows are not compared
    record Row(
            long position,
            String category,
            String name,
            long version,
            UUID id,
            String type,
            boolean startsAppend,
            long recordedAt,
            String[] tags,
            int schemaVersion,
            long occurredAt,
            String contentType,
            String metadata,
            boolean baseline,
            byte[] payload) {
        private static final String[] NO_TAGS = {};

        static Row of(ResultSet rows) throws SQLException {
            Array tags = rows.getArray(9);
            return new Row(
                    rows.getLong(1),
                    rows.getString(2),
                    rows.getString(3),
                    rows.getLong(4),
                    rows.getObject(5, UUID.class),
                    rows.getString(6),
                    rows.getBoolean(7),
                    rows.getLong(8),
                    tags == null ? NO_TAGS : (String[]) tags.getArray(),
                    rows.getInt(10),
                    rows.getLong(11),
                    rows.getString(12),
                    rows.getString(13),
                    rows.getBoolean(14),
                    rows.getBytes(15));
        }
    }

    static final String COLUMNS = "SELECT e.position, s.category, s.name, e.version, e.id, k.type, e.starts_append,"
            + " e.recorded_at, e.tags, e.schema_version, e.occurred_at, e.content_type, e.metadata, e.baseline,"
            + " e.payload FROM cairn.event e JOIN cairn.stream s ON s.key = e.stream"
            + " JOIN cairn.kind k ON k.key = e.kind ";

    /** All of the log, in the order of the primary key, which begins with the log. */
    static final String ALL = "WHERE e.log = 1 ORDER BY e.position";

    private Reads() {}

    static List<Workload> all(LargeLog logs) {
        List<Workload> all = new ArrayList<>();
        for (int size : new int[] {100, 1000}) {
            all.add(new Workload("read-stream-" + size, "PostgreSQL, read a stream of " + size + ", 1 caller", 1)
                    .side("Cairn", site -> new Cairn(logs.toRead(site, LargeLog.SMALL), LargeLog.stream(size), size))
                    .side("plain cursor", site -> new Plain(logs.toRead(site, LargeLog.SMALL), size))
                    .bar("Cairn", "plain cursor", 0.8));
        }
        all.add(new Workload("read-all", "PostgreSQL, read all of 100,000, 1 caller", 1)
                .side("Cairn", site -> new Cairn(logs.toRead(site, LargeLog.SMALL), null, LargeLog.SMALL))
                .side("plain cursor", site -> new Plain(logs.toRead(site, LargeLog.SMALL), LargeLog.SMALL))
                .bar("Cairn", "plain cursor", 0.8));
        all.add(found("read-tag", "one tag of 1,000", EventQuery.tags(LargeLog.TAG), LargeLog.TAGGED, logs));
        all.add(found("read-type", "one type of 20", EventQuery.types(LargeLog.RARE_TYPE), LargeLog.TAGGED, logs));
        return all;
    }

    private static Workload found(String name, String what, EventQuery query, int size, LargeLog logs) {
        return new Workload(name, "PostgreSQL, read " + what + ", the first " + size + " events", 1)
                .side(
                        "Cairn at %,d".formatted(logs.size()),
                        site -> new Found(logs.toRead(site, logs.size()), query, size))
                .side("Cairn at 100,000", site -> new Found(logs.toRead(site, LargeLog.SMALL), query, size))
                .bar("Cairn at %,d".formatted(logs.size()), "Cairn at 100,000", 1 / 1.3);
    }

    static void expect(int events, int found) {
        if (events != found) {
            throw new IllegalStateException(found + " events were read, and " + events + " are there.");
        }
    }

    private static final class Cairn implements Side {
        private final LargeLog.Copy copy;
        private final TransactionalEventLog log;
        private final @Nullable StreamId stream;
        private final int size;

        Cairn(LargeLog.Copy copy, @Nullable StreamId stream, int size) {
            this.copy = copy;
            this.log = PostgresAppends.open(copy.url());
            this.stream = stream;
            this.size = size;
        }

        @Override
        public int units() {
            return size;
        }

        @Override
        public void once(int caller) {
            int found = 0;
            for (RecordedEvent event : stream == null ? log.read(EventQuery.all()) : log.read(stream)) {
                found += event.version() > 0 ? 1 : 0;
            }
            expect(size, found);
        }

        @Override
        public void close() throws SQLException {
            log.close();
            copy.close();
        }
    }

    private static final class Found implements Side {
        private final LargeLog.Copy copy;
        private final TransactionalEventLog log;
        private final EventQuery query;
        private final int size;

        Found(LargeLog.Copy copy, EventQuery query, int size) {
            this.copy = copy;
            this.log = PostgresAppends.open(copy.url());
            this.query = query;
            this.size = size;
        }

        @Override
        public int units() {
            return size;
        }

        @Override
        public void once(int caller) {
            expect(size, log.read(query).limit(size).toList().size());
        }

        @Override
        public void close() throws SQLException {
            log.close();
            copy.close();
        }
    }

    private static final class Plain implements Side {
        private final LargeLog.Copy copy;
        private final Connection connection;
        private final int size;

        Plain(LargeLog.Copy copy, int size) throws SQLException {
            this.copy = copy;
            this.connection = DriverManager.getConnection(copy.url());
            this.size = size;
            connection.setAutoCommit(false);
        }

        @Override
        public int units() {
            return size;
        }

        @Override
        public void once(int caller) throws SQLException {
            boolean all = size == LargeLog.SMALL;
            String sql = COLUMNS + (all ? ALL : "WHERE s.log = 1 AND s.category = ? AND s.name = ? ORDER BY e.version");
            int found = 0;
            try (PreparedStatement query = connection.prepareStatement(sql)) {
                query.setFetchSize(500);
                if (!all) {
                    query.setString(1, LargeLog.stream(size).category());
                    query.setString(2, LargeLog.stream(size).id());
                }
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        found += Row.of(rows).version() > 0 ? 1 : 0;
                    }
                }
            }
            connection.commit();
            expect(size, found);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
            copy.close();
        }
    }
}
