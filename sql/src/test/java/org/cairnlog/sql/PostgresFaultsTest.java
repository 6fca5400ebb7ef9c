// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.noStream;

import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.cairnlog.event.EventData;
import org.cairnlog.event.RecordedEvent;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Appended;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.TransactionOutcomeUnknown;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.CuttingProxy;
import org.cairnlog.sql.servers.PostgresBinaries;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong where a log is used, on a real server, with readers and writers at work. */
@Timeout(120)
class PostgresFaultsTest {
    private static final StreamId STREAM = StreamId.of("fault", "1");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private PostgresServer server;
    private String database;
    private HikariDataSource pool;
    private TransactionalEventLog log;
    private TransactionalEventLog other;

    @BeforeEach
    void open() {
        server = PostgresServer.start(PostgresBinaries.newest());
        opened.add(server);
        database = server.createDatabase();
        pool = closed(PostgresSite.pool(server.url(database), 20));
        Postgres.migrate(pool);
        log = closed(Postgres.open(pool, o -> o.timeout(Duration.ofSeconds(20))));
        other = closed(Postgres.open(closed(PostgresSite.pool(server.url(database), 10)), o -> o));
    }

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

    private void await(BooleanSupplier condition, Duration bound, Object description) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - started)
                    .as(() -> description + "; the server says:\n" + server.logTail())
                    .isLessThan(bound.toNanos());
            LockSupport.parkNanos(2_000_000);
        }
    }

    private Connection connect(String name) throws Exception {
        Connection connection = closed(DriverManager.getConnection(server.url(name)));
        connection.setAutoCommit(false);
        return connection;
    }

    private static void execute(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static EventData event(String type) {
        return EventData.json(type, "{\"marker\":\"" + type + "\"}");
    }

    @Test
    void transactions_of_strangers_that_stay_open_stop_nobody() throws Exception {
        server.execute(database, "CREATE TABLE mine (id int)");
        Connection sameTable = connect(database);
        execute(
                sameTable,
                "INSERT INTO cairn.event (log, position, stream, version, id, kind, bucket, starts_append,"
                        + " recorded_at, place_sum) VALUES (99, 1, -1, 1, gen_random_uuid(), 0, 0, true, 0, 0)");
        Connection reading = connect(database);
        reading.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        execute(reading, "SELECT count(*) FROM cairn.event");
        Connection otherTable = connect(database);
        execute(otherTable, "INSERT INTO mine VALUES (1)");
        Connection otherDatabase = connect("postgres");
        execute(otherDatabase, "CREATE TEMP TABLE elsewhere AS SELECT 1 AS id");
        Connection prepared = connect(database);
        execute(prepared, "INSERT INTO mine VALUES (2)");
        execute(prepared, "PREPARE TRANSACTION 'stranger'");
        var appended = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        CompletableFuture<Appended> joined = CompletableFuture.supplyAsync(() -> log.inTransaction(tx -> {
                    insert(tx.connection(), tx.append(STREAM, noStream(), event("joined")));
                    appended.countDown();
                    hold(goOn);
                    return 1;
                })
                .run()
                .appended()
                .getFirst());
        appended.await();
        try (var load = new Load(log, other, 8)) {
            load.awaitMore(2_000);
            assertThat(load.refusals).hasValue(0);
            assertThat(log.status().blocker()).isEmpty();
            goOn.countDown();
            assertThat(joined.get(10, TimeUnit.SECONDS).version()).isEqualTo(1);
            load.awaitMore(200);
            execute(sameTable, "ROLLBACK");
            server.execute(database, "ROLLBACK PREPARED 'stranger'");
            load.awaitMore(200);
        }
    }

    @Test
    void appends_of_others_keep_their_pace_while_a_joined_block_stays_open() throws Exception {
        var appended = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        CompletableFuture<Appended> joined = CompletableFuture.supplyAsync(() -> log.inTransaction(tx -> {
                    tx.append(StreamId.of("fault", "joined"), noStream(), event("joined"));
                    appended.countDown();
                    hold(goOn);
                    return 1;
                })
                .run()
                .appended()
                .getFirst());
        appended.await();
        long opened = System.nanoTime();
        long slowest = 0;
        int count = 0;
        while (System.nanoTime() - opened < Duration.ofSeconds(10).toNanos()) {
            long started = System.nanoTime();
            log.append(STREAM, any(), event("plain"));
            slowest = Math.max(slowest, System.nanoTime() - started);
            count++;
        }
        goOn.countDown();
        assertThat(joined.get(10, TimeUnit.SECONDS).firstPosition()).isEqualTo(count + 1);
        // Whoever waited for the block would have waited until its end.
        assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(5));
        assertThat(count).isGreaterThan(100);
        assertThat(log.read(STREAM).toList().version()).isEqualTo(count);
    }

    @Test
    void a_writer_that_is_stopped_while_it_holds_the_lock_is_named_within_a_second(@TempDir Path folder)
            throws Exception {
        try (var load = new Load(log, other, 4)) {
            load.awaitMore(50);
            Process child = new ProcessBuilder(Child.command(folder, StoppedChild.class, server.url(database)))
                    .redirectError(folder.resolve("error").toFile())
                    .start();
            try (BufferedReader says = child.inputReader()) {
                String pid = says.readLine();
                assertThat(pid).as(Files.readString(folder.resolve("error"))).isNotNull();
                new ProcessBuilder("kill", "-STOP", Long.toString(child.pid()))
                        .start()
                        .waitFor();
                await(
                        () -> log.status().blocker().orElse("").contains("session " + pid),
                        Duration.ofSeconds(1),
                        "the blocker is named");
                assertThat(log.status().blocker().orElseThrow()).contains("of user postgres", "idle in transaction");
                await(() -> !log.status().lockWait().isZero(), Duration.ofSeconds(1), "the wait is seen");
                try (TransactionalEventLog hasty = Postgres.open(pool, o -> o.timeout(Duration.ofMillis(300)))) {
                    assertThatThrownBy(() -> hasty.append(STREAM, any(), event("late")))
                            .isInstanceOf(LogBusy.class)
                            .hasMessageContaining("session " + pid)
                            .hasMessageContaining("Nothing was stored");
                }
                new ProcessBuilder("kill", "-CONT", Long.toString(child.pid()))
                        .start()
                        .waitFor();
                child.outputWriter().append("commit\n").close();
                assertThat(child.waitFor())
                        .as(Files.readString(folder.resolve("error")))
                        .isZero();
            }
            load.awaitMore(50);
            assertThat(log.status().blocker()).isEmpty();
        }
        assertThat(log.read(StreamId.of("stopped", "1")).toList()).hasSize(1);
    }

    @Test
    void a_prepared_transaction_that_holds_the_lock_is_named_and_so_is_who_has_locked_a_table() throws Exception {
        Connection preparing = connect(database);
        var joined = log.join(preparing);
        joined.append(STREAM, noStream(), event("prepared"));
        joined.beforeCommit();
        execute(preparing, "PREPARE TRANSACTION 'left behind'");
        joined.afterCompletion(false);
        assertNamed("the prepared transaction of user postgres (left behind) holds the log's lock");
        server.execute(database, "COMMIT PREPARED 'left behind'");
        assertThat(log.append(STREAM, any(), event("next")).version()).isEqualTo(2);

        Connection locking = connect(database);
        execute(locking, "LOCK TABLE cairn.event IN SHARE MODE");
        assertNamed("has locked the table event, idle in transaction");
        locking.rollback();
        execute(locking, "LOCK TABLE cairn.label IN SHARE MODE");
        try (TransactionalEventLog hasty = Postgres.open(pool, o -> o.timeout(Duration.ofMillis(300)))) {
            assertThatThrownBy(() -> hasty.label(STREAM, "state", "open"))
                    .isInstanceOf(LogBusy.class)
                    .hasMessageContaining("has locked the table label");
        }
        locking.rollback();
        assertThat(log.append(STREAM, any(), event("next")).version()).isEqualTo(3);
        assertThat(log.status().blocker()).isEmpty();
    }

    /** Appends fail in time, and they and the status say why. */
    private void assertNamed(String blocker) throws Exception {
        await(() -> log.status().blocker().orElse("").contains(blocker), Duration.ofSeconds(1), "the blocker is named");
        try (TransactionalEventLog hasty = Postgres.open(pool, o -> o.timeout(Duration.ofMillis(300)))) {
            assertThatThrownBy(() -> hasty.append(STREAM, any(), event("late")))
                    .isInstanceOf(LogBusy.class)
                    .hasMessageContaining(blocker);
            assertThatThrownBy(() -> hasty.inTransaction(tx -> tx.append(STREAM, any(), event("late")))
                            .run())
                    .isInstanceOf(LogBusy.class)
                    .hasMessageContaining(blocker);
        }
    }

    @Test
    void backends_that_are_killed_between_lock_and_commit_lose_and_double_nothing() throws Exception {
        makeBackendsStandStill();
        try (var load = new Load(log, other, 8)) {
            for (String signal : List.of("TERM", "TERM", "KILL")) {
                load.awaitMore(100);
                server.execute(database, "UPDATE stand SET still = true");
                long pid = standing();
                if (signal.equals("TERM")) {
                    server.execute(database, "UPDATE stand SET still = false");
                    server.query(database, "SELECT pg_terminate_backend(" + pid + ")::text");
                } else {
                    server.backendSignal(pid, signal);
                    await(() -> isUp(), Duration.ofSeconds(30), "the server is up again");
                    server.execute(database, "UPDATE stand SET still = false");
                }
            }
            load.awaitMore(200);
        }
    }

    /** The clock is read between lock and commit: there each backend stands as long as the table says so. */
    private void makeBackendsStandStill() {
        server.execute(database, "CREATE TABLE stand (still boolean); INSERT INTO stand VALUES (false)");
        server.execute(
                database,
                "CREATE OR REPLACE FUNCTION cairn.clock_1() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN"
                        + " WHILE (SELECT still FROM public.stand) LOOP PERFORM pg_sleep(0.01); END LOOP;"
                        + " RETURN (extract(epoch FROM clock_timestamp()) * 1000000)::bigint; END $$");
    }

    /** Waits for a backend that stands still. */
    private long standing() {
        String holding = "SELECT coalesce((SELECT l.pid::text FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                + " WHERE l.locktype = 'advisory' AND l.granted AND a.wait_event = 'PgSleep' LIMIT 1), '')";
        await(() -> !server.query(database, holding).isEmpty(), Duration.ofSeconds(10), "a backend stands still");
        return Long.parseLong(server.query(database, holding));
    }

    private boolean isUp() {
        try {
            return "1".equals(server.query(database, "SELECT '1'"));
        } catch (AssertionError e) {
            // The support says so when a statement fails.
            return false;
        }
    }

    @Test
    void a_server_that_is_killed_and_started_again_loses_and_doubles_nothing() throws Exception {
        try (var load = new Load(log, other, 16)) {
            for (int i = 0; i < 3; i++) {
                load.awaitMore(300);
                server.kill();
                await(() -> log.status().lastError().isPresent(), Duration.ofSeconds(1), "why nothing goes on is said");
                server.restart();
            }
            load.awaitMore(300);
        }
    }

    @Test
    void an_interrupt_withdraws_what_waits_and_leaves_unknown_what_was_sent_and_hurts_nobody_else() throws Exception {
        interruptWhatWasSent();
    }

    @Test
    void an_interrupt_of_a_caller_who_appends_on_its_own_thread_hurts_nobody_else() throws Exception {
        appendAlone(log);
        interruptWhatWasSent();
    }

    /** Appends one by one, until the log takes its caller to be alone. */
    private static void appendAlone(TransactionalEventLog log) {
        for (int i = 0; i < 10; i++) {
            log.append(StreamId.of("orders", "alone"), any(), event("alone-" + i));
        }
    }

    private void interruptWhatWasSent() throws Exception {
        makeBackendsStandStill();
        server.execute(database, "UPDATE stand SET still = true");
        var sent = new Interruptible(() -> log.append(STREAM, noStream(), event("sent")));
        standing();
        var waiting = new Interruptible(() -> log.append(STREAM, any(), event("waiting")));
        await(() -> log.status().waitingAppends() == 1, Duration.ofSeconds(20), "one waits");
        CompletableFuture<Appended> neighbour =
                CompletableFuture.supplyAsync(() -> log.append(STREAM, any(), event("neighbour")));
        assertThat(waiting.interrupted()).isInstanceOf(AppendInterrupted.class);
        Throwable unknown = sent.interrupted();
        assertThat(unknown).isInstanceOf(OutcomeUnknown.class);
        server.execute(database, "UPDATE stand SET still = false");
        assertThat(neighbour.get(20, TimeUnit.SECONDS).version()).isEqualTo(2);
        assertThat(log.repeat((OutcomeUnknown) unknown).version()).isEqualTo(1);
        assertThat(log.read(STREAM).toList()).extracting(RecordedEvent::type).containsExactly("sent", "neighbour");
    }

    /** A call on a virtual thread, to be interrupted. */
    private static final class Interruptible {
        private final CompletableFuture<Void> call = new CompletableFuture<>();
        private final Thread thread;

        Interruptible(Runnable work) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    work.run();
                    call.complete(null);
                } catch (RuntimeException e) {
                    call.completeExceptionally(
                            Thread.currentThread().isInterrupted() ? e : new AssertionError("the flag is lost", e));
                }
            });
        }

        Throwable interrupted() throws Exception {
            thread.interrupt();
            return failure(call);
        }
    }

    @Test
    void an_append_whose_acknowledgement_is_lost_is_settled_by_the_log_itself() throws Exception {
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog cut = Postgres.open(proxy.url(database))) {
            cut.append(STREAM, noStream(), event("before"));
            var lost = proxy.loseReplyTo("lost-reply");
            Appended appended = cut.append(STREAM, any(), event("lost-reply"));
            lost.join();
            assertThat(appended.version()).isEqualTo(2);
            assertThat(appended.repeated()).isFalse();
            var never = proxy.loseRequest("lost-request");
            assertThat(cut.append(STREAM, any(), event("lost-request")).version())
                    .isEqualTo(3);
            never.join();
            assertThat(log.read(STREAM).toList()).hasSize(3);
        }
    }

    @Test
    void an_append_that_a_lost_session_may_still_store_is_never_said_to_be_stored_nowhere() throws Exception {
        makeBackendsStandStill();
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog cut = Postgres.open(proxy.url(database), o -> o.timeout(Duration.ofSeconds(1)))) {
            cut.append(STREAM, noStream(), event("before"));
            server.execute(database, "UPDATE stand SET still = true");
            CompletableFuture<Appended> appended =
                    CompletableFuture.supplyAsync(() -> cut.append(STREAM, any(), event("lost")));
            long pid = standing();
            proxy.cut();
            Throwable failure = failure(appended);
            assertThat(failure).isInstanceOf(OutcomeUnknown.class);
            assertThat(cut.status().blocker().orElse("")).contains("session " + pid);
            server.execute(database, "UPDATE stand SET still = false");
            await(() -> log.read(STREAM).toList().version() == 2, Duration.ofSeconds(20), "the session goes on");
            assertThat(cut.repeat((OutcomeUnknown) failure).version()).isEqualTo(2);
        }
    }

    private static Throwable failure(CompletableFuture<?> call) throws Exception {
        try {
            throw new AssertionError("no failure: " + call.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    void a_transaction_that_cannot_be_looked_for_is_unknown_and_not_rolled_back() throws Exception {
        server.execute(database, "CREATE TABLE mine (id int)");
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog cut = Postgres.open(proxy.url(database), o -> o.timeout(Duration.ofMillis(200)));
                Connection stranger = connect(database)) {
            cut.append(StreamId.of("fault", "2"), noStream(), event("before"));
            var joined = log.join(stranger);
            joined.append(StreamId.of("fault", "3"), noStream(), event("holds-the-lock"));
            proxy.loseReplyTo("joined-reply").thenRun(joined::beforeCommit);
            assertThatThrownBy(() -> cut.inTransaction(
                                    tx -> insert(tx.connection(), tx.append(STREAM, noStream(), event("joined-reply"))))
                            .run())
                    .isInstanceOf(TransactionOutcomeUnknown.class);
            stranger.rollback();
            joined.afterCompletion(false);
            assertThat(log.read(STREAM).toList()).hasSize(1);
        }
    }

    @Test
    void connections_cut_at_random_moments_lose_and_double_nothing() throws Exception {
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog cut = Postgres.open(proxy.url(database));
                var load = new Load(cut, other, 8)) {
            for (int i = 0; i < 20; i++) {
                load.awaitMore(30 + i % 7);
                if (i % 2 == 0) {
                    proxy.cut();
                } else {
                    proxy.loseReplyToCommitOf("even").join(); // the type of every other event
                }
            }
            load.awaitMore(100);
        }
    }

    @Test
    void a_transaction_whose_commit_is_lost_on_the_way_back_is_settled_by_the_log_itself() throws Exception {
        server.execute(database, "CREATE TABLE mine (id int)");
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog cut = Postgres.open(proxy.url(database))) {
            var lost = proxy.loseReplyTo("joined-reply");
            var committed = cut.inTransaction(
                            tx -> insert(tx.connection(), tx.append(STREAM, noStream(), event("joined-reply"))))
                    .run();
            lost.join();
            assertThat(committed.appended().getFirst().version()).isEqualTo(1);
            assertThat(server.query(database, "SELECT count(*)::text FROM mine"))
                    .isEqualTo("1");
            assertThat(log.read(STREAM).toList()).hasSize(1);
        }
    }

    private static int insert(Connection connection, PendingAppend pending) {
        assertThat(pending.version(STREAM)).hasValue(1);
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("INSERT INTO mine VALUES (1)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_transaction_that_is_lost_before_its_commit_leaves_nothing_and_says_so() throws Exception {
        server.execute(database, "CREATE TABLE mine (id int)");
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog cut = Postgres.open(proxy.url(database))) {
            var lost = proxy.loseRequest("joined-request");
            assertThatThrownBy(() -> cut.inTransaction(tx ->
                                    insert(tx.connection(), tx.append(STREAM, noStream(), event("joined-request"))))
                            .run())
                    .isInstanceOf(LogUnavailable.class)
                    .hasMessageContaining("Nothing of it was stored");
            lost.join();
            assertThat(server.query(database, "SELECT count(*)::text FROM mine"))
                    .isEqualTo("0");
            assertThat(log.read(STREAM).toList()).isEmpty();
        }
    }

    @Test
    void a_network_that_stands_still_gives_an_unknown_outcome_in_time_which_a_repeat_settles() throws Exception {
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog frozen =
                        Postgres.open(proxy.url(database), o -> o.timeout(Duration.ofSeconds(1)))) {
            frozen.append(STREAM, noStream(), event("before"));
            proxy.freeze();
            long started = System.nanoTime();
            CompletableFuture<Appended> appended =
                    CompletableFuture.supplyAsync(() -> frozen.append(STREAM, any(), event("frozen")));
            await(() -> frozen.status().blocker().isPresent(), Duration.ofSeconds(10), "the stall is seen");
            assertThat(frozen.status().blocker().orElseThrow()).contains("no answer has come for");
            assertThat(frozen.status().lastError().orElseThrow()).contains("no answer came within");
            assertThatThrownBy(() -> frozen.append(STREAM, any(), event("behind-it")))
                    .isInstanceOf(LogBusy.class)
                    .hasMessageContaining("no answer has come for");
            Throwable unknown = failure(appended);
            assertThat(unknown).isInstanceOf(OutcomeUnknown.class);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
            proxy.thaw();
            assertThat(frozen.repeat((OutcomeUnknown) unknown).version()).isEqualTo(2);
            assertThat(log.read(STREAM).toList()).hasSize(2);
        }
    }

    @Test
    void a_caller_who_appends_on_its_own_thread_over_a_network_that_stands_still_is_told_in_time() throws Exception {
        try (var proxy = CuttingProxy.before(server);
                TransactionalEventLog frozen =
                        Postgres.open(proxy.url(database), o -> o.timeout(Duration.ofSeconds(1)))) {
            appendAlone(frozen);
            proxy.freeze();
            CompletableFuture<Appended> appended =
                    CompletableFuture.supplyAsync(() -> frozen.append(STREAM, noStream(), event("frozen")));
            await(() -> frozen.status().blocker().isPresent(), Duration.ofSeconds(10), "the stall is seen");
            assertThat(frozen.status().blocker().orElseThrow()).contains("no answer has come for");
            Throwable unknown = failure(appended);
            assertThat(unknown).isInstanceOf(OutcomeUnknown.class);
            proxy.thaw();
            assertThat(frozen.repeat((OutcomeUnknown) unknown).version()).isEqualTo(1);
            assertThat(log.read(STREAM).toList()).hasSize(1);
        }
    }
}
