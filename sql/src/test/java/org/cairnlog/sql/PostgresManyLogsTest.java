// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logs of one schema know nothing of each other, share what is dear, and do not wait for each other. */
@Timeout(60)
class PostgresManyLogsTest {
    private static final StreamId STREAM = StreamId.of("account", "42");

    private final PostgresServer server = PostgresServer.newest();
    private String database;
    private HikariDataSource pool;
    private PostgresLogs logs;

    @BeforeEach
    void open() {
        database = server.createDatabase();
        pool = PostgresSite.pool(server.url(database), 20);
        logs = Postgres.logs(pool, PostgresOptions::migrating);
    }

    @AfterEach
    void close() {
        logs.close();
        pool.close();
    }

    @Test
    void the_same_streams_ids_and_tags_live_apart_in_each_log() {
        EventData event = EventData.json("opened", "{}").withTags("t");
        try (var a = logs.open("a");
                var b = logs.open("b")) {
            a.append(STREAM, noStream(), event);
            a.append(STREAM, exactly(1), EventData.json("closed", "{}").withTags("t"));
            var inB = b.append(STREAM, noStream(), event);
            a.label(STREAM, "state", "closed");

            assertThat(inB.repeated()).isFalse();
            assertThat(inB.firstPosition()).isEqualTo(1);
            assertThat(a.read(EventQuery.tags("t")).toList()).hasSize(2);
            assertThat(b.read(EventQuery.tags("t")).toList()).hasSize(1);
            assertThat(b.read(EventQuery.types("closed")).toList()).isEmpty();
            assertThat(b.read(EventQuery.category("account")).toList()).hasSize(1);
            assertThat(b.read(EventQuery.streams(STREAM)).toList()).hasSize(1);
            assertThat(b.streams().toList()).extracting(StreamInfo::version).containsExactly(1L);
            assertThat(b.streams().labelled("state", "closed").toList()).isEmpty();
            assertThatThrownBy(() -> b.read(EventQuery.all()).after(a.head()).toList())
                    .isInstanceOf(CursorFromAnotherHistory.class);
        }
    }

    @Test
    void a_log_that_is_locked_does_not_keep_the_others_waiting() throws Exception {
        try (var locked = logs.open("locked");
                var free = logs.open("free");
                Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            locked.join(connection).append(STREAM, noStream(), EventData.json("held", "{}"));
            var joined = locked.join(connection);
            joined.append(STREAM, noStream(), EventData.json("held", "{}"));
            joined.beforeCommit();
            Thread waiting =
                    Thread.ofVirtual().start(() -> locked.append(STREAM, any(), EventData.json("waits", "{}")));
            for (int i = 0; i < 50; i++) {
                free.append(STREAM, any(), EventData.json("goes-on", "{}"));
            }
            assertThat(waiting.isAlive()).isTrue();
            while (locked.status().blocker().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(locked.status().blocker().orElseThrow()).contains("holds the log's lock");
            assertThat(free.status().blocker()).isEmpty();
            connection.commit();
            joined.afterCompletion(true);
            connection.setAutoCommit(true);
            waiting.join();
            assertThat(locked.read(STREAM).toList()).hasSize(2);
        }
    }

    @Test
    void a_thousand_open_logs_that_nobody_uses_take_no_thread_and_no_connection() throws Exception {
        List<TransactionalEventLog> open = new ArrayList<>();
        server.execute(
                database,
                "INSERT INTO cairn.log (name, id) SELECT 'tenant ' || n, gen_random_uuid()"
                        + " FROM generate_series(1, 1000) n");
        int threads = Thread.activeCount();
        for (int i = 1; i <= 1000; i++) {
            open.add(logs.open("tenant " + i));
        }
        assertThat(Thread.activeCount()).isLessThan(threads + 20);
        assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
        Cursor last = open.getLast()
                .append(STREAM, noStream(), EventData.json("first", "{}"))
                .cursor();
        assertThat(open.getLast().awaitGrowth(open.getLast().beginning(), Duration.ofSeconds(5)))
                .isTrue();
        assertThat(open.getFirst().head()).isEqualTo(open.getFirst().beginning());
        assertThat(open.getLast().head()).isEqualTo(last);
        open.forEach(TransactionalEventLog::close);
    }
}
