// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServersTest {
    @ParameterizedTest
    @ValueSource(strings = {"14", "18"})
    void a_server_of_each_version_waits_for_the_disk(String version) {
        PostgresServer server = version.equals("14") ? PostgresServer.oldest() : PostgresServer.newest();
        String database = server.createDatabase();
        assertThat(server.version()).startsWith(version + ".");
        assertThat(server.query(database, "show server_version")).startsWith(version + ".");
        assertThat(server.query(database, "show fsync")).isEqualTo("on");
        assertThat(server.query(database, "show synchronous_commit")).isEqualTo("on");
        assertThat(server.query(database, "show server_encoding")).isEqualTo("UTF8");
        assertThat(server.createDatabase()).isNotEqualTo(database);
    }

    @Test
    void a_killed_server_starts_again_with_what_was_committed() {
        try (PostgresServer server = PostgresServer.start(PostgresBinaries.newest(), "work_mem=1MB")) {
            String database = server.createDatabase();
            server.execute(database, "create table kept (id int)");
            server.execute(database, "insert into kept values (1)");
            long pid = server.pid();
            server.kill();
            assertThat(ProcessHandle.of(pid).filter(Commands::runs)).isEmpty();
            server.restart();
            assertThat(server.query(database, "select count(*) from kept")).isEqualTo("1");
            assertThat(server.query(database, "show work_mem")).isEqualTo("1MB");
            assertThat(server.logTail()).contains("automatic recovery in progress");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_server_and_its_folder_end_with_the_jvm_that_started_it(boolean killed) throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerChild.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] said = jvm.inputReader().readLine().split(" ");
        ProcessHandle server = ProcessHandle.of(Long.parseLong(said[0])).orElseThrow();
        Path folder = Path.of(said[1]);
        assertThat(folder).exists();
        if (killed) {
            jvm.destroyForcibly();
        } else {
            jvm.outputWriter().close();
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (Commands.runs(server) || Files.exists(folder)) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void a_lost_reply_leaves_what_was_done() throws SQLException {
        PostgresServer server = PostgresServer.newest();
        String database = server.createDatabase();
        server.execute(database, "create table kept (name text)");
        try (CuttingProxy network = CuttingProxy.before(server)) {
            CompletableFuture<Void> lost = network.loseReplyTo("one");
            assertThatThrownBy(() -> insert(network.url(database), true, "one", "two"))
                    .isInstanceOf(SQLException.class);
            lost.join();
            assertThat(server.query(database, "select string_agg(name, ' ' order by name) from kept"))
                    .isEqualTo("one");
            insert(network.url(database), true, "one");
            assertThat(server.query(database, "select count(*) from kept")).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_lost_commit_is_stored(boolean autoCommit) {
        PostgresServer server = PostgresServer.newest();
        String database = server.createDatabase();
        server.execute(database, "create table kept (name text)");
        try (CuttingProxy network = CuttingProxy.before(server)) {
            CompletableFuture<Void> lost = network.loseReplyToCommitOf("one");
            assertThatThrownBy(() -> insert(network.url(database), autoCommit, "one", "two"))
                    .isInstanceOf(SQLException.class);
            lost.join();
            assertThat(server.query(database, "select string_agg(name, ' ' order by name) from kept"))
                    .isEqualTo(autoCommit ? "one" : "one two");
        }
    }

    @Test
    void a_lost_request_is_not_stored() {
        PostgresServer server = PostgresServer.newest();
        String database = server.createDatabase();
        server.execute(database, "create table kept (name text)");
        try (CuttingProxy network = CuttingProxy.before(server)) {
            CompletableFuture<Void> lost = network.loseRequest("two".getBytes(UTF_8));
            assertThatThrownBy(() -> insert(network.url(database), true, "one", "two", "three"))
                    .isInstanceOf(SQLException.class);
            lost.join();
            assertThat(server.query(database, "select string_agg(name, ' ' order by name) from kept"))
                    .isEqualTo("one");
        }
    }

    @Test
    void a_frozen_network_answers_when_it_thaws() throws Exception {
        PostgresServer server = PostgresServer.newest();
        try (CuttingProxy network = CuttingProxy.before(server);
                Connection patient = DriverManager.getConnection(network.url("postgres"));
                Connection hasty = DriverManager.getConnection(network.url("postgres"));
                Statement statement = patient.createStatement()) {
            hasty.setNetworkTimeout(Runnable::run, 100);
            network.freeze();
            CompletableFuture<Boolean> answer = CompletableFuture.supplyAsync(() -> answers(statement));
            assertThatThrownBy(() -> hasty.createStatement().execute("select 1"))
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);
            assertThat(answer).isNotDone();
            network.thaw();
            assertThat(answer.get(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void a_pool_gives_a_connection_for_one_transaction() throws SQLException {
        if (LeftOut.is("pgbouncer", "the pool in front of a server")) {
            return;
        }
        PostgresServer server = PostgresServer.newest();
        String database = server.createDatabase();
        try (PgBouncer pool = PgBouncer.before(server, "default_pool_size = 1");
                Connection one = DriverManager.getConnection(pool.url(database) + "&prepareThreshold=0");
                Connection two = DriverManager.getConnection(pool.url(database) + "&prepareThreshold=0")) {
            int first = backend(one);
            assertThat(backend(two)).isEqualTo(first);
            assertThat(backend(one)).isEqualTo(first);
        }
    }

    @Test
    void a_standby_has_what_was_committed_when_the_primary_dies() {
        if (LeftOut.is("postgresql", "a standby that takes over")) {
            return;
        }
        try (PostgresServer primary = PostgresServer.start(PostgresBinaries.distribution());
                PostgresServer standby = PostgresTools.standbyOf(primary)) {
            PostgresTools.awaitCommitsOn(standby, primary);
            String database = primary.createDatabase();
            primary.execute(database, "create table kept as select 1 as id");
            primary.kill();
            assertThat(standby.query("postgres", "select pg_is_in_recovery()")).isEqualTo("t");
            PostgresTools.promote(standby);
            standby.execute(database, "insert into kept values (2)");
            assertThat(standby.query(database, "select count(*) from kept")).isEqualTo("2");
        }
    }

    @Test
    void a_dump_is_restored_into_another_database() {
        if (LeftOut.is("postgresql", "dumps")) {
            return;
        }
        PostgresServer server = PostgresServer.distribution();
        String database = server.createDatabase();
        server.execute(database, "create table kept as select 1 as id");
        String restored = PostgresTools.restoreDump(server, PostgresTools.dump(server, database));
        assertThat(server.query(restored, "select count(*) from kept")).isEqualTo("1");
    }

    @Test
    void a_backup_is_restored_to_a_moment_or_a_point_or_the_end() {
        if (LeftOut.is("postgresql", "recovery to a point in time")) {
            return;
        }
        try (PostgresServer server = PostgresTools.startArchiving(PostgresBinaries.distribution())) {
            server.execute("postgres", "create table kept as select 1 as id");
            PostgresTools.Backup backup = PostgresTools.baseBackup(server);
            server.execute("postgres", "insert into kept values (2)");
            Instant moment = Instant.parse(
                    server.query("postgres", "select to_char(clock_timestamp(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
            server.execute("postgres", "insert into kept values (3)");
            server.execute("postgres", "select pg_create_restore_point('three')");
            server.execute("postgres", "insert into kept values (4)");
            PostgresTools.archive(server);
            assertThat(rowsAndClose(PostgresTools.restore(backup, moment))).isEqualTo("2");
            assertThat(rowsAndClose(PostgresTools.restore(backup, "three"))).isEqualTo("3");
            assertThat(rowsAndClose(PostgresTools.restore(backup))).isEqualTo("4");
        }
    }

    private static String rowsAndClose(PostgresServer server) {
        try (server) {
            server.execute("postgres", "insert into kept values (0)");
            return server.query("postgres", "select count(*) - 1 from kept");
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static boolean answers(Statement statement) {
        try {
            return statement.execute("select 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void insert(String url, boolean autoCommit, String... names) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement insert = connection.prepareStatement("insert into kept values (?)")) {
            connection.setAutoCommit(autoCommit);
            for (String name : names) {
                insert.setString(1, name);
                insert.execute();
            }
            if (!autoCommit) {
                connection.commit();
            }
        }
    }
}
