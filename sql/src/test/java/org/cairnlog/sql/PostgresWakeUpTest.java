// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.log.ExpectedVersion.any;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.Tail;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.CuttingProxy;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** How a node learns that another has appended, and what it does when it is not told. */
@Timeout(60)
class PostgresWakeUpTest {
    private static final StreamId STREAM = StreamId.of("woken", "1");
    private static final int WAITERS = 5;
    private static final String LISTENERS =
            " FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";

    private final PostgresServer server = PostgresServer.newest();
    private String database;
    private HikariDataSource writers;
    private HikariDataSource readers;
    private TransactionalEventLog writer;
    private TransactionalEventLog reader;

    @BeforeEach
    void open() {
        database = server.createDatabase();
        writers = PostgresSite.pool(server.url(database), 5);
        readers = PostgresSite.pool(server.url(database), 5);
        writer = Postgres.open(writers, PostgresOptions::migrating);
        reader = Postgres.open(readers);
    }

    @AfterEach
    void close() {
        reader.close();
        writer.close();
        readers.close();
        writers.close();
    }

    private static Cursor append(TransactionalEventLog log) {
        return log.append(STREAM, any(), EventData.json("told", "{}")).cursor();
    }

    /** Waits as a reader does until the node is told of events. */
    private void awaitListening() throws Exception {
        awaitListening(reader);
    }

    private static void awaitListening(TransactionalEventLog log) throws Exception {
        while (log.status().wakeUp() != LogStatus.WakeUp.LISTENING) {
            assertThat(log.awaitGrowth(log.head(), Duration.ofMillis(20))).isFalse();
        }
    }

    @Test
    void a_node_that_waits_listens_and_is_told() throws Exception {
        awaitListening();
        assertThat(reader.status().problem()).isEmpty();
        Cursor head = reader.head();
        CompletableFuture<Boolean> grown = CompletableFuture.supplyAsync(() -> grown(head));
        append(writer);
        assertThat(grown.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_listener_that_dies_is_replaced_and_no_event_is_missed_meanwhile() throws Exception {
        awaitListening();
        try (Tail tail = reader.tail(reader.beginning(), EventQuery.all())) {
            for (int i = 0; i < 5; i++) {
                server.query(database, "SELECT count(pg_terminate_backend(pid))::text" + LISTENERS);
                append(writer);
                assertThat(tail.next(Duration.ofSeconds(10))).isPresent();
            }
        }
        awaitListening();
        assertThat(server.query(database, "SELECT count(*)::text" + LISTENERS)).isEqualTo("1");
    }

    @Test
    void a_listener_whose_network_stands_still_is_known_to_hear_nothing_and_no_event_is_missed() throws Exception {
        try (var proxy = CuttingProxy.before(server);
                var log = Postgres.open(readers, o -> o.direct(direct(proxy)))) {
            awaitListening(log);
            proxy.freeze();
            Cursor head = log.head();
            append(writer);
            assertThat(log.awaitGrowth(head, Duration.ofSeconds(30))).isTrue();
            while (log.status().wakeUp() == LogStatus.WakeUp.LISTENING) {
                assertThat(log.awaitGrowth(log.head(), Duration.ofMillis(20))).isFalse();
            }
            assertThat(log.status().problem()).isPresent();
            proxy.thaw();
            awaitListening(log);
        }
    }

    private DataSource direct(CuttingProxy proxy) {
        var direct = new PGSimpleDataSource();
        direct.setUrl(proxy.url(database));
        return direct;
    }

    @Test
    void the_hint_of_a_last_append_is_sent_though_the_log_is_closed_at_once() throws Exception {
        try (Connection connection = DriverManager.getConnection(server.url(database));
                Statement statement = connection.createStatement()) {
            statement.execute("LISTEN \"cairn " + Integer.toHexString("cairn".hashCode()) + "\"");
            for (int i = 0; i < 5; i++) {
                try (var log = Postgres.open(server.url(database))) {
                    append(log);
                }
                assertThat(connection.unwrap(PGConnection.class).getNotifications(10_000))
                        .isNotEmpty();
            }
        }
    }

    @Test
    void however_many_wait_one_looks_and_no_oftener_than_one_alone() throws Exception {
        var looks = new AtomicInteger();
        try (var log = Postgres.open(counting(looks), o -> o.direct(readers))) {
            append(writer);
            Cursor head = log.head();
            looks.set(0);
            try (var waiters = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Boolean>> waits = new ArrayList<>();
                for (int i = 0; i < WAITERS; i++) {
                    waits.add(waiters.submit(() -> log.awaitGrowth(head, Duration.ofSeconds(3))));
                }
                for (Future<Boolean> wait : waits) {
                    assertThat(wait.get()).isFalse();
                }
            }
        }
        // Each when it begins, and one of them now and then.
        assertThat(looks.get()).isBetween(WAITERS, WAITERS + 20);
    }

    @Test
    void a_node_that_tails_a_log_to_which_nothing_comes_sends_at_most_two_statements_a_second() throws Exception {
        server.execute("postgres", "ALTER DATABASE " + database + " SET log_statement = 'all'");
        int seconds = 8;
        try (var log = Postgres.open(server.url(database));
                Tail tail = log.tail(log.head(), EventQuery.all())) {
            awaitListening(log);
            long before = statements();
            assertThat(tail.next(Duration.ofSeconds(seconds))).isEmpty();
            // It does look by itself, in case that it is not told.
            assertThat(statements() - before).isBetween(seconds / 3L, 2L * seconds);
        }
    }

    /** How many statements the server has written to its log, empty ones of a pool among them. */
    private long statements() throws IOException {
        try (Stream<String> lines = Files.lines(server.folder().resolve("log"))) {
            return lines.filter(line -> line.contains("] LOG:  statement: ") || line.contains("] LOG:  execute "))
                    .count();
        }
    }

    /** The readers' pool, with a count of what is borrowed. */
    private DataSource counting(AtomicInteger count) {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    count.incrementAndGet();
                    return method.invoke(readers, arguments);
                });
    }

    @Test
    void a_head_that_has_gone_back_as_at_a_failover_is_not_taken_for_growth() throws Exception {
        Cursor kept = append(writer);
        var waiting = CompletableFuture.supplyAsync(() -> grown(kept));
        while (reader.status().problem().isEmpty() && reader.status().wakeUp() != LogStatus.WakeUp.LISTENING) {
            Thread.onSpinWait();
        }
        append(writer);
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
        server.execute(database, "DELETE FROM cairn.event WHERE position = 2");
        assertThat(reader.awaitGrowth(kept, Duration.ofMillis(50))).isFalse();
        append(writer);
        assertThat(reader.awaitGrowth(kept, Duration.ZERO)).isTrue();
    }

    private boolean grown(Cursor seen) {
        try {
            return reader.awaitGrowth(seen, Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void hints_of_strangers_and_for_other_logs_do_no_harm() throws Exception {
        awaitListening();
        String channel = "\"cairn " + Integer.toHexString("cairn".hashCode()) + "\"";
        for (String payload : new String[] {"", "nonsense", "99", "99999999999999999999", "probe 1 1"}) {
            server.execute(database, "NOTIFY " + channel + ", '" + payload + "'");
        }
        Cursor head = append(writer);
        assertThat(reader.awaitGrowth(reader.beginning(), Duration.ofSeconds(10)))
                .isTrue();
        assertThat(reader.awaitGrowth(head, Duration.ofMillis(50))).isFalse();
        assertThat(reader.status().wakeUp()).isEqualTo(LogStatus.WakeUp.LISTENING);
    }

    @Test
    void an_appender_notifies_nobody_in_its_own_transaction() {
        assertThat(server.query(
                        database,
                        "SELECT count(*)::text FROM pg_proc WHERE pronamespace = 'cairn'::regnamespace"
                                + " AND prosrc ILIKE '%notify%'"))
                .isEqualTo("0");
        assertThat(Sql.file("postgres/2-append.sql")).doesNotContainIgnoringCase("notify");
    }

    @Test
    void positions_and_versions_go_beyond_what_a_double_can_tell_apart() {
        long far = (1L << 53) + 1;
        append(writer);
        server.execute(
                database,
                "UPDATE cairn.event SET position = " + far + ", version = " + far
                        + "; UPDATE cairn.stream SET created = " + far);
        Cursor next = append(writer);
        assertThat(next.places().getFirst().position()).isEqualTo(far + 1);
        assertThat(reader.read(EventQuery.all()).toList().getLast().version()).isEqualTo(far + 1);
        assertThat(reader.read(STREAM).from(far + 1).toList()).hasSize(1);
        assertThat(reader.read(EventQuery.all()).after(reader.cursorAt(far)).toList())
                .hasSize(1);
        assertThat(Cursor.parse(next.toString())).isEqualTo(reader.head());
    }
}
