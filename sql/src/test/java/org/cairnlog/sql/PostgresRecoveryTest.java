// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;
import static org.cairnlog.log.ExpectedVersion.noStream;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cairnlog.event.EventData;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.EventLog;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.LeftOut;
import org.cairnlog.sql.servers.PostgresBinaries;
import org.cairnlog.sql.servers.PostgresServer;
import org.cairnlog.sql.servers.PostgresTools;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of a log and of the cursors into it when its database is dumped, restored or taken over by another
 * server. What has grown differently since is another history, and refuses the cursors that it does not know.
 */
@Timeout(120)
class PostgresRecoveryTest {
    private static final StreamId STREAM = StreamId.of("recovered", "1");
    private static final Duration SHORT = Duration.ofSeconds(5);

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T closed(T one) {
        opened.add(one);
        return one;
    }

    private TransactionalEventLog open(PostgresServer server, String database) {
        HikariDataSource pool = closed(PostgresSite.pool(server.url(database), 5));
        return closed(Postgres.open(pool, o -> o.timeout(SHORT)));
    }

    private TransactionalEventLog made(PostgresServer server, String database) {
        HikariDataSource pool = closed(PostgresSite.pool(server.url(database), 5));
        return closed(Postgres.open(pool, o -> o.timeout(SHORT).migrating()));
    }

    private static Cursor append(EventLog log, String type, int events) {
        Cursor last = log.head();
        for (int i = 0; i < events; i++) {
            last = log.append(STREAM, any(), EventData.json(type, "{\"i\":" + i + "}"))
                    .cursor();
        }
        return last;
    }

    /** A log knows a cursor: reading goes on behind it. */
    private static void assertAccepted(TransactionalEventLog log, Cursor cursor, int behind) throws Exception {
        assertThat(log.read(EventQuery.all()).after(cursor).toList()).hasSize(behind);
        assertThat(log.awaitGrowth(cursor, Duration.ZERO)).isEqualTo(behind > 0);
    }

    /** A log does not know a cursor, however it is used, and says so. */
    private static void assertRefused(TransactionalEventLog log, Cursor cursor) {
        assertThatThrownBy(() -> log.read(EventQuery.all()).after(cursor).toList())
                .isInstanceOf(CursorFromAnotherHistory.class);
        assertThatThrownBy(() -> log.awaitGrowth(cursor, Duration.ZERO)).isInstanceOf(CursorFromAnotherHistory.class);
        var append = Append.to(STREAM, any(), EventData.json("refused", "{}"));
        assertThatThrownBy(() -> log.append(append.unless(EventQuery.types("nothing"), cursor)))
                .isInstanceOf(CursorFromAnotherHistory.class);
    }

    private static void assertWhole(PostgresServer server, String database) {
        try (HikariDataSource pool = PostgresSite.pool(server.url(database), 2);
                var maintenance = Postgres.maintenance(pool, o -> o)) {
            assertThat(maintenance.verify(position -> {}).damage()).isEmpty();
        }
    }

    private static boolean without() {
        return LeftOut.is("postgresql", "dumps, standbys and recoveries");
    }

    @Test
    void a_dump_that_is_restored_goes_on_and_knows_what_it_holds() throws Exception {
        if (without()) {
            return;
        }
        PostgresServer server = PostgresServer.distribution();
        String database = server.createDatabase();
        TransactionalEventLog log = made(server, database);
        Cursor dumped = append(log, "before", 20);
        Path dump = PostgresTools.dump(server, database);
        Cursor lost = append(log, "lost", 5);

        String restored = PostgresTools.restoreDump(server, dump);
        TransactionalEventLog copy = open(server, restored);
        assertThat(copy.head()).isEqualTo(dumped);
        assertThat(copy.read(EventQuery.all()).toList())
                .isEqualTo(log.read(EventQuery.all()).upTo(dumped).toList());
        assertAccepted(copy, dumped, 0);
        assertRefused(copy, lost);

        append(copy, "after", 10);
        assertAccepted(copy, dumped, 10);
        assertRefused(copy, lost);
        assertAccepted(log, lost, 0);
        assertWhole(server, restored);
    }

    @Test
    void a_server_recovered_to_a_point_in_time_has_the_log_of_that_time() throws Exception {
        if (without()) {
            return;
        }
        PostgresServer server = closed(PostgresTools.startArchiving(PostgresBinaries.distribution()));
        String database = server.createDatabase();
        TransactionalEventLog log = made(server, database);
        append(log, "before", 5);
        PostgresTools.Backup backup = PostgresTools.baseBackup(server);
        Cursor kept = append(log, "kept", 10);
        server.query(database, "SELECT pg_create_restore_point('here')::text");
        Cursor lost = append(log, "lost", 10);
        PostgresTools.archive(server);

        PostgresServer recovered = closed(PostgresTools.restore(backup, "here"));
        TransactionalEventLog copy = open(recovered, database);
        assertThat(copy.head()).isEqualTo(kept);
        assertAccepted(copy, kept, 0);
        append(copy, "after", 15);
        assertAccepted(copy, kept, 15);
        assertRefused(copy, lost);
        assertWhole(recovered, database);
    }

    @Test
    void a_standby_that_lost_a_tail_is_another_history_from_there_on() throws Exception {
        if (without()) {
            return;
        }
        PostgresServer primary = closed(PostgresServer.start(PostgresBinaries.distribution()));
        String database = primary.createDatabase();
        TransactionalEventLog log = made(primary, database);
        PostgresServer standby = closed(PostgresTools.standbyOf(primary));
        Cursor replicated = append(log, "replicated", 10);
        standby.until(database, "SELECT max(position) >= 10 FROM cairn.event");
        standby.query(database, "SELECT pg_wal_replay_pause()::text");
        // What the standby has received is not replayed before the promotion, so it must not receive it either.
        primary.query(database, "SELECT pg_terminate_backend(pid)::text FROM pg_stat_replication");
        standby.set("primary_conninfo", "");
        standby.until(database, "SELECT count(*) = 0 FROM pg_stat_wal_receiver");
        Cursor lost = append(log, "lost", 10);
        primary.kill();
        standby.query(database, "SELECT pg_wal_replay_resume()::text");

        PostgresTools.promote(standby);
        TransactionalEventLog survivor = open(standby, database);
        assertThat(survivor.head()).isEqualTo(replicated);
        append(survivor, "after", 15);
        assertAccepted(survivor, replicated, 15);
        assertRefused(survivor, lost);
        assertWhole(standby, database);
    }

    /** As behind a pooler that goes on to another server: the node's own connection has seen nothing of it. */
    @Test
    void a_node_is_not_deceived_if_the_end_that_it_stored_was_lost_and_stored_again_by_another() {
        if (without()) {
            return;
        }
        PostgresServer server = PostgresServer.distribution();
        String database = server.createDatabase();
        TransactionalEventLog node = made(server, database);
        TransactionalEventLog other = open(server, database);
        StreamId lost = StreamId.of("recovered", "2");
        Append first = Append.to(lost, noStream(), EventData.json("of-a-lost-type", "{}"));
        append(node, "kept", 5);
        node.append(first);
        server.execute(
                database,
                "DELETE FROM cairn.event WHERE position > 5; DELETE FROM cairn.stream WHERE name = '2';"
                        + " DELETE FROM cairn.kind WHERE type = 'of-a-lost-type'");
        other.append(first);

        node.append(lost, exactly(1), EventData.json("of-a-lost-type", "{}"));
        node.append(StreamId.of("recovered", "3"), noStream(), EventData.json("of-a-lost-type", "{}"));
        assertThat(other.read(lost).toList()).hasSize(2);
        assertThat(other.read(EventQuery.types("of-a-lost-type")).toList()).hasSize(3);
        assertWhole(server, database);
    }

    /** As when others have stored the same event again, and the keys of the lost names were given again. */
    @Test
    void a_reader_is_not_deceived_if_names_that_it_learned_were_lost_and_their_keys_stand_for_others() {
        if (without()) {
            return;
        }
        PostgresServer server = PostgresServer.distribution();
        String database = server.createDatabase();
        TransactionalEventLog node = made(server, database);
        append(node, "kept", 5);
        node.append(StreamId.of("recovered", "lost"), noStream(), EventData.json("lost", "{}"));
        TransactionalEventLog reader = open(server, database);
        assertThat(reader.read(EventQuery.all()).toList()).extracting("type").endsWith("kept", "lost");
        server.execute(
                database,
                "UPDATE cairn.event SET recorded_at = recorded_at + 1 WHERE position = 6;"
                        + " UPDATE cairn.stream SET name = 'found' WHERE name = 'lost';"
                        + " UPDATE cairn.kind SET type = 'found' WHERE type = 'lost'");

        StreamId found = StreamId.of("recovered", "found");
        assertThat(reader.read(found).toList()).extracting("type").containsExactly("found");
        assertThat(reader.read(EventQuery.all()).toList()).extracting("stream").endsWith(STREAM, found);
        assertThat(reader.read(EventQuery.all()).toList()).extracting("type").endsWith("kept", "found");
    }

    @Test
    void a_synchronous_standby_takes_over_every_acknowledged_event() throws Exception {
        if (without()) {
            return;
        }
        PostgresServer primary = closed(PostgresServer.start(PostgresBinaries.distribution()));
        String database = primary.createDatabase();
        TransactionalEventLog log = made(primary, database);
        PostgresServer standby = closed(PostgresTools.standbyOf(primary));
        PostgresTools.awaitCommitsOn(standby, primary);
        Cursor acknowledged = append(log, "acknowledged", 25);
        primary.kill();

        PostgresTools.promote(standby);
        TransactionalEventLog survivor = open(standby, database);
        assertAccepted(survivor, acknowledged, 0);
        append(survivor, "after", 5);
        assertAccepted(survivor, acknowledged, 5);
        assertWhole(standby, database);
    }

    @Test
    void a_standby_can_be_read_and_tailed_and_says_that_it_polls_and_takes_no_appends() throws Exception {
        if (without()) {
            return;
        }
        PostgresServer primary = closed(PostgresServer.start(PostgresBinaries.distribution()));
        String database = primary.createDatabase();
        TransactionalEventLog log = made(primary, database);
        append(log, "first", 1);
        PostgresServer standby = closed(PostgresTools.standbyOf(primary));
        standby.until(database, "SELECT count(*) = 1 FROM cairn.event");
        TransactionalEventLog reading = open(standby, database);
        try (var tail = reading.tail(reading.beginning(), EventQuery.all())) {
            assertThat(tail.next(SHORT).orElseThrow().type()).isEqualTo("first");
            append(log, "second", 1);
            assertThat(tail.next(SHORT).orElseThrow().type()).isEqualTo("second");
        }
        while (reading.status().problem().isEmpty()) {
            assertThat(reading.awaitGrowth(reading.head(), Duration.ofMillis(20)))
                    .isFalse();
        }
        assertThat(reading.status().wakeUp()).isEqualTo(LogStatus.WakeUp.POLLING);
        assertThatThrownBy(() -> append(reading, "refused", 1))
                .isInstanceOf(LogUnavailable.class)
                .hasMessageContaining("read-only");
    }
}
