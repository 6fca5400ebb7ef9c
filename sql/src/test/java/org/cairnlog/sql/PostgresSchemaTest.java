// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;

import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the schema comes into being, and what is said when it is not as it should be. */
class PostgresSchemaTest {
    private static final int MIGRATIONS = 5;

    private static final StreamId STREAM = StreamId.of("schema", "1");

    private final PostgresServer server = PostgresServer.newest();
    private String database;
    private HikariDataSource pool;

    @BeforeEach
    void open() {
        database = server.createDatabase();
        pool = PostgresSite.pool(server.url(database), 10);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private void execute(String sql) {
        server.execute(database, sql);
    }

    private static void append(HikariDataSource pool, String schema) {
        try (var log = Postgres.open(pool, o -> o.schema(schema))) {
            log.append(STREAM, any(), EventData.json("stored", "{}"));
            assertThat(log.read(EventQuery.all()).toList()).isNotEmpty();
        }
    }

    @Test
    void what_is_missing_is_said_and_what_to_do() {
        assertThatThrownBy(() -> Postgres.open(pool))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("no schema \"cairn\"")
                .hasMessageContaining("Postgres.migrate")
                .hasMessageContaining("migrating()");
        Postgres.migrate(pool);
        assertThatThrownBy(() -> Postgres.open(pool, o -> o.log("orders")))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("no log named \"orders\"");
        execute("DELETE FROM cairn.migration WHERE number = 2");
        assertThatThrownBy(() -> Postgres.open(pool))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("lacks migration 2 of " + MIGRATIONS);
    }

    @Test
    void migrations_that_race_make_one_schema() throws Exception {
        int nodes = 6;
        var together = new CyclicBarrier(nodes);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> racing = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                racing.add(executor.submit((Callable<Void>) () -> {
                    together.await();
                    Postgres.migrate(pool, o -> o.schema("raced"));
                    return null;
                }));
            }
            for (Future<Void> one : racing) {
                one.get();
            }
        }
        assertThat(server.query(database, "SELECT count(*)::text FROM raced.migration"))
                .isEqualTo(Integer.toString(MIGRATIONS));
        assertThat(server.query(database, "SELECT count(*)::text FROM raced.log"))
                .isEqualTo("1");
        append(pool, "raced");
    }

    @Test
    void a_migration_that_somebody_changed_is_refused() {
        Postgres.migrate(pool);
        execute("UPDATE cairn.migration SET checksum = 'of something else' WHERE number = 1");
        assertThatThrownBy(() -> Postgres.open(pool))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("Migration 1")
                .hasMessageContaining("not the one of this release");
        assertThatThrownBy(() -> Postgres.migrate(pool)).isInstanceOf(LogUnusable.class);
    }

    @Test
    void a_newer_storage_format_is_refused_and_a_newer_release_of_this_format_is_not() {
        Postgres.migrate(pool);
        execute("INSERT INTO cairn.migration (number, checksum, format) VALUES (1000, 'of a newer release', 1)");
        append(pool, "cairn");
        execute("INSERT INTO cairn.migration (number, checksum, format) VALUES (1001, 'of a newer release', 2)");
        assertThatThrownBy(() -> Postgres.open(pool))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("storage format 2")
                .hasMessageContaining("newer release");
    }

    @Test
    void the_schema_may_have_any_name() {
        for (String name : List.of("public", "Order \"Log\"; DROP", "user", "a'b", "größe", "x".repeat(63))) {
            Postgres.migrate(pool, o -> o.schema(name));
            append(pool, name);
        }
        assertThatThrownBy(() -> Postgres.migrate(pool, o -> o.schema("x".repeat(64))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 UTF-8 bytes");
    }

    @Test
    void the_printed_script_makes_what_the_migrations_make() {
        execute(Postgres.script("printed"));
        assertThatThrownBy(() -> Postgres.open(pool, o -> o.schema("printed"))).hasMessageContaining("no log named");
        assertThatCode(() -> Postgres.migrate(pool, o -> o.schema("printed"))).doesNotThrowAnyException();
        append(pool, "printed");
        Postgres.migrate(pool, o -> o.schema("migrated"));
        assertThat(shape("printed")).isEqualTo(shape("migrated"));
    }

    private String shape(String schema) {
        return server.query(
                        database,
                        "SELECT string_agg(line, ';' ORDER BY line) FROM (SELECT table_name || '.' || column_name"
                                + " || ' '"
                                + " || data_type || ' ' || is_nullable AS line FROM information_schema.columns WHERE"
                                + " table_schema = '" + schema + "' UNION ALL SELECT indexdef FROM pg_indexes WHERE"
                                + " schemaname = '" + schema + "' UNION ALL SELECT proname || prosrc FROM pg_proc WHERE"
                                + " pronamespace = '" + schema + "'::regnamespace) lines")
                .replace(schema, "*");
    }

    @Test
    void every_released_schema_can_be_brought_up_to_date() {
        // There is one release so far; the schema of each that follows is kept here and migrated.
        execute(Postgres.script("released"));
        Postgres.migrate(pool, o -> o.schema("released"));
        Postgres.migrate(pool, o -> o.schema("released"));
        append(pool, "released");
    }
}
