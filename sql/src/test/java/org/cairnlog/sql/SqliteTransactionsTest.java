// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Appended;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.TransactionOutcomeUnknown;
import org.cairnlog.log.TransactionalEventLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What transactions do in a SQLite file that other databases do in another way. */
@Timeout(120)
class SqliteTransactionsTest {
    private static final StreamId A = StreamId.of("thing", "a");
    private static final int FULL = 13;
    private static final int IO_ERROR = 10;

    private static EventData event() {
        return EventData.json("E", "{}");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void execute(SqliteFixture fixture, String... statements) throws SQLException {
        try (Connection connection = fixture.connect()) {
            for (String statement : statements) {
                execute(connection, statement);
            }
        }
    }

    @Test
    void a_connection_to_another_file_cannot_be_joined() throws Exception {
        try (var fixture = new SqliteFixture();
                var other = new SqliteFixture();
                Connection elsewhere = other.connect();
                Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:");
                Connection attached = other.connect()) {
            execute(attached, "ATTACH '" + fixture.file("log.db") + "' AS cairn");
            for (Connection connection : List.of(elsewhere, memory, attached)) {
                connection.setAutoCommit(false);
                assertThatThrownBy(() -> fixture.log().join(connection))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(fixture.file("log.db").toString());
            }
        }
    }

    @Test
    void a_link_to_the_file_is_the_file() throws Exception {
        try (var fixture = new SqliteFixture();
                Connection owner = DriverManager.getConnection(
                        "jdbc:sqlite:" + fixture.file("log.db").getParent() + "/./log.db")) {
            owner.setAutoCommit(false);
            fixture.log().appendAndHoldLockUntilCommit(owner, Append.to(A, noStream(), event()));
            owner.commit();
            assertThat(fixture.log().stream(A)).isPresent();
        }
    }

    @Test
    void joining_sees_no_state_of_the_file_before_the_end() throws Exception {
        try (var fixture = new SqliteFixture();
                Connection owner = fixture.connect()) {
            owner.setAutoCommit(false);
            var joined = fixture.log().join(owner);
            joined.append(A, any(), event());
            fixture.log().append(A, any(), event());
            joined.beforeCommit();
            owner.commit();
            joined.afterCompletion(true);
            assertThat(fixture.log().stream(A).orElseThrow().version()).isEqualTo(2);
        }
    }

    @Test
    void many_logs_in_a_file_each_have_transactions() throws Exception {
        try (var fixture = new SqliteFixture();
                TransactionalEventLog second = Sqlite.open(fixture.file("log.db"), o -> o.log("second"))) {
            fixture.log().append(A, any(), event());
            second.inTransaction(tx -> {
                        assertThat(tx.read(A).toList()).isEmpty();
                        return tx.append(A, noStream(), event());
                    })
                    .run();
            assertThat(second.head()).isEqualTo(second.cursorAt(1));
            assertThat(fixture.log().head()).isEqualTo(fixture.log().cursorAt(1));
        }
    }

    @Test
    void what_the_database_refuses_at_the_end_leaves_nothing() throws Exception {
        try (var fixture = new SqliteFixture()) {
            execute(
                    fixture,
                    "CREATE TABLE a (id INTEGER PRIMARY KEY)",
                    "CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)");
            assertThatThrownBy(() -> fixture.log()
                            .inTransaction(tx -> {
                                execute(tx.connection(), "INSERT INTO b VALUES (7)");
                                return tx.append(A, any(), event());
                            })
                            .run())
                    .isInstanceOf(IllegalStateException.class);
            assertThat(fixture.log().stream(A)).isEmpty();
        }
    }

    @Test
    void appends_are_not_stored_without_the_work_that_a_block_has_ended_itself() throws Exception {
        try (var fixture = new SqliteFixture();
                Connection owner = fixture.connect()) {
            for (String end : List.of("COMMIT", "ROLLBACK")) {
                assertThatThrownBy(() -> fixture.log()
                                .inTransaction(tx -> {
                                    execute(tx.connection(), end);
                                    return tx.append(A, any(), event());
                                })
                                .run())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("COMMIT");
                owner.setAutoCommit(false);
                execute(owner, end);
                assertThatThrownBy(
                                () -> fixture.log().appendAndHoldLockUntilCommit(owner, Append.to(A, any(), event())))
                        .isInstanceOf(IllegalStateException.class);
                owner.setAutoCommit(true);
            }
            assertThat(fixture.log().append(A, noStream(), event()).firstPosition())
                    .isEqualTo(1);
        }
    }

    @Test
    void a_result_left_open_and_a_connection_closed_by_mistake_do_no_harm() throws Exception {
        try (var fixture = new SqliteFixture()) {
            execute(fixture, "CREATE TABLE a (id INTEGER)", "INSERT INTO a VALUES (1), (2)");
            fixture.log()
                    .inTransaction(tx -> {
                        try (Connection mistaken = tx.connection()) {
                            execute(mistaken, "INSERT INTO a VALUES (3)");
                        }
                        assertThat(tx.connection()
                                        .prepareStatement("SELECT id FROM a")
                                        .executeQuery()
                                        .next())
                                .isTrue();
                        return tx.append(A, any(), event());
                    })
                    .run();
            assertThat(fixture.log().stream(A)).isPresent();
        }
    }

    @Test
    void a_commit_that_was_done_though_it_failed_is_found_out() {
        try (var fixture = failing(true, IO_ERROR)) {
            Appended appended = fixture.log()
                    .inTransaction(tx -> tx.append(A, any(), event()))
                    .run()
                    .appended()
                    .getFirst();
            assertThat(appended.cursor()).isEqualTo(fixture.log().head());
        }
    }

    @Test
    void a_commit_of_which_nobody_can_tell_says_so_with_its_appends() {
        try (var fixture = failing(false, IO_ERROR)) {
            Append append = Append.to(A, any(), event());
            var unknown = catchThrowableOfType(
                    TransactionOutcomeUnknown.class,
                    () -> fixture.log().inTransaction(tx -> tx.append(append)).run());
            assertThat(unknown.appends()).containsExactly(append);
            assertThat(fixture.log().stored(append)).isEmpty();
        }
    }

    @Test
    void a_commit_that_found_no_room_stored_nothing_for_sure() {
        try (var fixture = failing(false, FULL)) {
            assertThatThrownBy(() -> fixture.log()
                            .inTransaction(tx -> tx.append(A, any(), event()))
                            .run())
                    .isInstanceOf(LogUnavailable.class)
                    .hasMessageContaining("full");
            assertThat(fixture.log().append(A, noStream(), event()).firstPosition())
                    .isEqualTo(1);
        }
    }

    private static SqliteFixture failing(boolean done, int code) {
        return new SqliteFixture(
                (file, first) -> new SqliteEventLog(file, first) {
                    @Override
                    SqliteTransactions transactions(long key, SqliteTurns turns) {
                        return new SqliteTransactions(this, file, key, turns) {
                            @Override
                            void end(SqliteConnection connection) throws SQLException {
                                if (done) {
                                    connection.commit();
                                }
                                throw new SQLException("as if", null, code);
                            }
                        };
                    }
                },
                options -> options);
    }

    @Test
    void while_another_process_writes_a_transaction_waits_no_longer_than_the_timeout() throws Exception {
        try (var fixture = new SqliteFixture(SqliteEventLog::new, o -> o.timeout(Duration.ofMillis(200)));
                Connection other = fixture.connect()) {
            execute(fixture, "CREATE TABLE a (id INTEGER)");
            other.setAutoCommit(false);
            execute(other, "INSERT INTO a VALUES (1)");
            assertThatThrownBy(() -> fixture.log()
                            .inTransaction(tx -> tx.append(A, any(), event()))
                            .run())
                    .isInstanceOf(LogBusy.class);
            other.rollback();
            fixture.log().inTransaction(tx -> tx.append(A, noStream(), event())).run();
        }
    }

    @Test
    void an_interrupt_ends_the_wait_and_stores_nothing() throws Exception {
        try (var fixture = new SqliteFixture();
                Connection other = fixture.connect()) {
            execute(fixture, "CREATE TABLE a (id INTEGER)");
            other.setAutoCommit(false);
            execute(other, "INSERT INTO a VALUES (1)");
            var begun = new CountDownLatch(1);
            var failure = new AtomicReference<Throwable>();
            Thread waiting = Thread.ofPlatform()
                    .start(() -> failure.set(catchThrowableOfType(
                            AppendInterrupted.class,
                            () -> fixture.log()
                                    .inTransaction(tx -> {
                                        begun.countDown();
                                        return tx.append(A, any(), event());
                                    })
                                    .run())));
            begun.await();
            waiting.interrupt();
            waiting.join(TimeUnit.SECONDS.toMillis(20));
            other.rollback();
            assertThat(failure.get()).isInstanceOf(AppendInterrupted.class);
            assertThat(fixture.log().stream(A)).isEmpty();
        }
    }

    @Test
    void transactions_get_their_turn_beside_busy_writers_and_these_beside_them() throws Exception {
        try (var fixture = new SqliteFixture()) {
            execute(fixture, "CREATE TABLE a (id INTEGER)", "INSERT INTO a VALUES (0)");
            var stop = new AtomicBoolean();
            var appended = new AtomicInteger();
            List<Thread> writers = List.of(1, 2, 3, 4).stream()
                    .map(writer -> Thread.ofPlatform().start(() -> {
                        while (!stop.get()) {
                            fixture.log().append(StreamId.of("plain", "" + writer), any(), event());
                            appended.incrementAndGet();
                        }
                    }))
                    .toList();
            int before = appended.get();
            for (int i = 0; i < 50; i++) {
                fixture.log()
                        .inTransaction(tx -> {
                            execute(tx.connection(), "UPDATE a SET id = id + 1");
                            return tx.append(A, any(), event());
                        })
                        .run();
            }
            stop.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(appended.get()).isGreaterThan(before);
            assertThat(fixture.log().stream(A).orElseThrow().version()).isEqualTo(50);
        }
    }

    @Test
    void a_closed_log_begins_no_transaction() {
        var fixture = new SqliteFixture();
        fixture.close();
        assertThatThrownBy(() -> fixture.log()
                        .inTransaction(tx -> tx.append(A, any(), event()))
                        .run())
                .isInstanceOf(LogUnavailable.class);
    }
}
