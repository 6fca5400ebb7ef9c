// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Conflict;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresBinaries;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;

/**
 * Whatever a log does touches as many pages in a large log as in a small one: with plans that were made when the log
 * was empty, with fresh ones, without statistics, with those of the small log, and with right ones.
 */
class PostgresPlansTest {
    private static final int SMALL = 10_000;
    // So often that the driver and the server have both settled for a plan that they keep.
    private static final int SETTLED = 12;
    private static final int MEASURED = 5;
    private static final double FACTOR = 1.5;

    private static final StreamId HOT = StreamId.of("order", "hot");
    private static final StreamId COLD = StreamId.of("order", "cold-0");
    private static final StreamId OWN = StreamId.of("order", "own");

    // Of 20 events one is of the hot stream; the others are of streams of 20 events each, of which 20 grow at a time.
    private static final String SHAPE = """
            CREATE TABLE shape AS
            SELECT n, n - %1$d + 1 + (SELECT coalesce(max(position), 0) FROM event) AS position,
              (ARRAY['order', 'cart', 'user', 'bill'])[CASE WHEN n %% 20 = 0 THEN 1 ELSE q %% 4 + 1 END] AS category,
              CASE WHEN n %% 20 = 0 THEN 'hot' ELSE 'cold-' || q / 400 * 20 + q %% 20 END AS name,
              CASE WHEN n %% 20 = 0 THEN n / 20 ELSE q %% 400 / 20 + 1 END AS version,
              CASE WHEN n = 1 THEN 'rare' ELSE 'type-' || (n / 20 + n) %% 20 END AS type,
              ARRAY['customer:' || n / 10000 * 500 + n %% 500, 'region:' || n %% 10] AS tags
            FROM (SELECT n, n - n / 20 - 1 AS q FROM generate_series(%1$d, %2$d) n) n
            """;
    private static final String EVENTS = """
            INSERT INTO kind (log, category, type) SELECT DISTINCT 1, category, type FROM shape ON CONFLICT DO NOTHING;
            INSERT INTO stream (log, category, name, bucket, created)
            SELECT 1, category, name, n % 1024, position FROM shape WHERE version = 1;
            INSERT INTO label (stream, name, log, value, changed_at, created)
            SELECT s.key, 'status', 1, s.created % 5, 1700000000000000, s.created
            FROM shape JOIN stream s ON s.created = shape.position;
            INSERT INTO event (log, position, stream, version, id, kind, bucket, starts_append, recorded_at, tags,
              place_sum, schema_version, size, content_type, metadata, baseline, payload, content_sum)
            SELECT 1, h.position, s.key, h.version, lpad(to_hex(h.position), 32, '0')::uuid, k.key, s.bucket, true,
              1700000000000000 + h.position * 1000, h.tags, 0, 1, 200, 'application/json', '', false,
              convert_to(repeat('x', 200), 'UTF8'), 0
            FROM shape h
            JOIN stream s ON s.category = h.category AND s.name = h.name
            JOIN kind k ON k.category = h.category AND k.type = h.type
            ORDER BY h.position
            """;
    private static final String TAGS =
            "INSERT INTO tag (log, tag, position) SELECT 1, t, position FROM shape, unnest(tags) t";

    /** Something that is done with a log; what it needs is found out before it is measured. */
    private interface Use {
        void on(TransactionalEventLog log);
    }

    private static Map<String, Use> uses(TransactionalEventLog log, long loaded) {
        Map<String, Use> uses = new LinkedHashMap<>();
        Cursor near = log.cursorAt(Math.max(0, loaded - 1_000));
        appends(uses, log);
        conditions(uses, near);
        streamReads(uses, log);
        logReads(uses, log, near, log.cursorAt(loaded / 2));
        lookups(uses, log, log.cursorAt(loaded / 2));
        return uses;
    }

    private static EventData event(String... tags) {
        return EventData.json("happened", "{\"some\": \"thing\"}").withTags(tags);
    }

    private static StreamId fresh() {
        return StreamId.of("order", UUID.randomUUID().toString());
    }

    private static EventData[] hundred() {
        return IntStream.range(0, 100).mapToObj(i -> event("region:1")).toArray(EventData[]::new);
    }

    private static void appends(Map<String, Use> uses, TransactionalEventLog before) {
        EventData first = event();
        Append again = Append.to(fresh(), noStream(), first);
        before.append(OWN, any(), event());
        before.append(again);
        uses.put("append to a stream", log -> log.append(OWN, any(), event()));
        uses.put("append to a new stream", log -> log.append(fresh(), noStream(), event()));
        uses.put("append with two tags", log -> log.append(OWN, any(), event("customer:1", "region:1")));
        uses.put("append 100", log -> log.append(OWN, any(), hundred()));
        uses.put(
                "append to the wrong version",
                log -> assertThatThrownBy(() -> log.append(OWN, exactly(999_999), event()))
                        .isInstanceOf(Conflict.class));
        uses.put("append again", log -> assertThat(log.append(again).repeated()).isTrue());
    }

    private static void conditions(Map<String, Use> uses, Cursor near) {
        unless(uses, "two tags", EventQuery.tags("customer:7", "region:3"), near);
        unless(uses, "a type", EventQuery.types("rare"), near);
        unless(uses, "a stream", EventQuery.streams(COLD), near);
        unless(uses, "tag and type", EventQuery.tags("region:3").andTypes("rare"), near);
        uses.put(
                "append unless what is so",
                l -> assertThatThrownBy(
                                () -> l.append(Append.to(OWN, any(), event()).unless(EventQuery.streams(OWN))))
                        .isInstanceOf(Conflict.class));
    }

    private static void unless(Map<String, Use> uses, String what, EventQuery query, Cursor after) {
        uses.put(
                "append unless " + what,
                log -> log.append(Append.to(OWN, any(), event()).unless(query, after)));
    }

    private static void streamReads(Map<String, Use> uses, TransactionalEventLog before) {
        long last = Math.max(200, before.read(HOT).limit(1).toList().version());
        uses.put("stream from its start", log -> log.page(log.read(HOT).limit(100)));
        uses.put(
                "stream from its middle",
                log -> log.page(log.read(HOT).from(last / 2).limit(100)));
        uses.put("stream from its end", log -> log.page(log.read(HOT).backward().limit(100)));
        uses.put("stream to the last version", log -> log.page(log.read(HOT).from(last - 10)));
        uses.put("short stream", log -> log.page(log.read(COLD)));
    }

    private static void logReads(Map<String, Use> uses, TransactionalEventLog log, Cursor near, Cursor middle) {
        Instant early = time(log, middle);
        Instant late = time(log, near);
        read(uses, "all", EventQuery.all(), log.beginning());
        read(uses, "all, near the head", EventQuery.all(), near);
        read(uses, "by a tag", EventQuery.tags("region:3"), log.beginning());
        read(uses, "by a tag, near the head", EventQuery.tags("region:3"), near);
        read(uses, "by a type", EventQuery.types("type-7"), near);
        read(uses, "by a category", EventQuery.category("cart"), near);
        read(uses, "by a stream", EventQuery.streams(HOT), middle);
        read(uses, "by a stream, near the head", EventQuery.streams(HOT), near);
        read(uses, "by tag and type", EventQuery.tags("region:3").andTypes("type-7"), near);
        read(uses, "by two tags", EventQuery.tags("customer:7", "region:7"), log.beginning());
        read(uses, "by tag or type", EventQuery.tags("region:3").or(EventQuery.types("type-7")), near);
        read(uses, "by what nothing has", EventQuery.tags("nobody"), log.beginning());
        read(uses, "recorded after", EventQuery.all().andRecordedAfter(early), log.beginning());
        read(uses, "recorded after, near the head", EventQuery.all().andRecordedAfter(late), log.beginning());
        // Not from the head: what was appended there fills gaps that loading has left, one event on each page.
        uses.put(
                "read backwards",
                l -> l.page(l.read(EventQuery.all()).upTo(middle).backward().limit(100)));
    }

    private static Instant time(TransactionalEventLog log, Cursor cursor) {
        LogRead read = log.read(EventQuery.all()).upTo(cursor).backward().limit(1);
        return read.toList().stream().map(RecordedEvent::recordedAt).findFirst().orElse(Instant.EPOCH);
    }

    private static void read(Map<String, Use> uses, String what, EventQuery query, Cursor after) {
        uses.put("read " + what, log -> log.page(log.read(query).after(after).limit(100)));
    }

    private static void lookups(Map<String, Use> uses, TransactionalEventLog before, Cursor there) {
        Cursor head = before.head();
        long middle = there.places().getFirst().position();
        uses.put("head", TransactionalEventLog::head);
        uses.put("cursor at", log -> log.cursorAt(middle));
        uses.put("wait for growth", log -> {
            try {
                log.awaitGrowth(head, Duration.ZERO);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        uses.put("history", log -> log.history(there));
        uses.put("directory", log -> log.page(log.streams().limit(100)));
        uses.put(
                "directory of a category",
                log -> log.page(log.streams().category("cart").after(OWN).limit(100)));
        uses.put(
                "directory by a label",
                log -> log.page(log.streams().labelled("status").limit(100)));
        uses.put(
                "directory by label and value",
                log -> log.page(log.streams().labelled("status", "3").limit(50)));
        uses.put("a stream's entry", log -> log.stream(HOT));
        uses.put("label", log -> log.label(OWN, "status", UUID.randomUUID().toString()));
    }

    /** A log that does everything on one connection. */
    private static final class Node implements AutoCloseable {
        private final Connection connection;
        final TransactionalEventLog log;

        Node(String url) {
            try {
                connection = DriverManager.getConnection(url);
                log = Postgres.open(one(connection));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        private static DataSource one(Connection connection) {
            Object kept = proxy(Connection.class, connection);
            return (DataSource) Proxy.newProxyInstance(
                    Node.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> kept);
        }

        /** The connection, which stays open when it is given back. */
        private static Object proxy(Class<?> type, Object target) {
            return Proxy.newProxyInstance(
                    Node.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        if (method.getName().equals("close")) {
                            return null;
                        }
                        try {
                            return method.invoke(target, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Override
        public void close() {
            log.close();
            PostgresLogs.close(connection);
        }
    }

    /** What was measured: how many pages each use touched, first in the small log. */
    private static final class Table {
        private final Map<String, List<Long>> rows = new LinkedHashMap<>();
        private final List<String> columns = new ArrayList<>();

        void column(String name, Map<String, Long> figures) {
            columns.add(name);
            figures.forEach((use, pages) ->
                    rows.computeIfAbsent(use, u -> new ArrayList<>()).add(pages));
        }

        /** The uses that touch more pages in some later column than they may. */
        List<String> tooMany() {
            return rows.entrySet().stream()
                    .filter(row -> Collections.max(row.getValue())
                            >= FACTOR * row.getValue().getFirst())
                    .map(Map.Entry::getKey)
                    .toList();
        }

        @Override
        public String toString() {
            var text = new StringBuilder(String.format("%-30s", "pages touched"));
            columns.forEach(name -> text.append(String.format(" %9s", name)));
            rows.forEach((use, figures) -> {
                text.append(String.format("%n%-30s", use));
                figures.forEach(pages -> text.append(String.format(" %9d", pages)));
            });
            return text.append(String.format("%n")).toString();
        }
    }

    private final Table table = new Table();

    private static Map<String, Long> measure(Node node, Connection admin, long loaded, int warm) throws SQLException {
        Map<String, Long> figures = new LinkedHashMap<>();
        for (Map.Entry<String, Use> use : uses(node.log, loaded).entrySet()) {
            for (int i = 0; i < warm; i++) {
                use.getValue().on(node.log);
            }
            long[] pages = new long[MEASURED];
            for (int i = 0; i < MEASURED; i++) {
                long before = touched(admin);
                use.getValue().on(node.log);
                pages[i] = touched(admin) - before;
            }
            Arrays.sort(pages);
            figures.put(use.getKey(), pages[MEASURED / 2]);
        }
        return figures;
    }

    private static long touched(Connection admin) throws SQLException {
        try (PreparedStatement query =
                        admin.prepareStatement("SELECT sum(shared_blks_hit + shared_blks_read) FROM pg_stat_statements"
                                + " WHERE dbid <> (SELECT oid FROM pg_database WHERE datname = current_database())"
                                + " AND query NOT LIKE '%pg_notify%'");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static PostgresServer server(PostgresBinaries binaries) {
        return PostgresServer.start(
                binaries,
                "shared_preload_libraries=pg_stat_statements",
                "pg_stat_statements.track_planning=on",
                "autovacuum=off",
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "shared_buffers=512MB",
                "max_wal_size=8GB");
    }

    private void measure(PostgresServer server, int large, boolean analyzed) throws SQLException {
        String database = server.createDatabase();
        server.execute("postgres", "CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        String url = server.url(database);
        try (Connection admin = DriverManager.getConnection(server.adminUrl());
                Connection owner = DriverManager.getConnection(url)) {
            Postgres.migrate(Node.one(owner));
            if (analyzed) {
                server.execute(database, "VACUUM ANALYZE");
            }
            try (var old = new Node(url)) {
                measure(old, admin, 0, SETTLED);
                long small = load(server, database, 1, SMALL);
                if (analyzed) {
                    server.execute(database, "ANALYZE");
                }
                table.column("small", measure(old, admin, small, SETTLED));
                column("fresh", url, admin, small);
                long much = load(server, database, SMALL + 1, large);
                table.column("large", measure(old, admin, much, 2));
                column("fresh", url, admin, much);
                server.execute(database, "ANALYZE");
                table.column("analyzed", measure(old, admin, much, 2));
                column("fresh", url, admin, much);
            }
        }
        System.out.printf("PostgreSQL %s, %,d and %,d events%n%s", server.version(), SMALL, large, table);
        assertThat(table.tooMany()).as(table.toString()).isEmpty();
    }

    private void column(String name, String url, Connection admin, long loaded) throws SQLException {
        try (var node = new Node(url)) {
            table.column(name, measure(node, admin, loaded, 2));
        }
    }

    /** Puts events behind what is there, as appends would have done; returns the log's head then. */
    private static long load(PostgresServer server, String database, int from, int to) {
        String path = "SET search_path = cairn; ";
        server.execute(database, path + String.format(SHAPE, from, to) + "; ANALYZE shape");
        CompletableFuture<Void> tags = CompletableFuture.runAsync(() -> server.execute(database, path + TAGS));
        server.execute(database, path + EVENTS);
        tags.join();
        server.execute(database, path + "DROP TABLE shape");
        return Long.parseLong(server.query(database, "SELECT max(position) FROM cairn.event"));
    }

    @Test
    void in_the_newest_server_a_large_log_is_as_quick_as_a_small_one() throws SQLException {
        try (PostgresServer server = server(PostgresBinaries.newest())) {
            measure(server, 1_000_000, false);
        }
    }

    @Test
    void in_the_oldest_server_a_large_log_is_as_quick_as_a_small_one() throws SQLException {
        try (PostgresServer server = server(PostgresBinaries.oldest())) {
            measure(server, 100_000, true);
        }
    }
}
