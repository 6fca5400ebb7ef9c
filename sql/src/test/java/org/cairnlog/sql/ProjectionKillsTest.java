// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.servers.PostgresBinaries;
import org.cairnlog.sql.servers.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Read models whose processes are killed or stand still: each event has its effect once. */
class ProjectionKillsTest {
    private static final int KILLS = 15;
    private static final int KILLS_OF_ANY = 10;
    private static final int PARTITIONS = 8;

    @TempDir
    Path folder;

    private static RandomGenerator random() {
        long seed = new SecureRandom().nextLong();
        System.out.println("projection kills, seed " + seed);
        return new Random(seed);
    }

    private interface Use {
        void of(ProjectionProcesses processes, Connection connection) throws Exception;
    }

    private void onPostgres(PostgresServer server, Use use) throws Exception {
        onPostgres(server, 1, use);
    }

    private void onPostgres(PostgresServer server, int partitions, Use use) throws Exception {
        String url = server.url(server.createDatabase());
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(ProjectionChild.TABLE);
        }
        try (TransactionalEventLog log = Postgres.open(dataSource, PostgresOptions::migrating);
                var processes = new ProjectionProcesses(log, url, folder, random(), partitions);
                Connection connection = DriverManager.getConnection(url)) {
            use.of(processes, connection);
        }
    }

    @Test
    void a_read_model_in_postgres_is_right_after_every_kill() throws Exception {
        onPostgres(PostgresServer.newest(), (processes, connection) -> processes.survive(KILLS, connection));
    }

    @Test
    void a_read_model_in_sqlite_is_right_after_every_kill() throws Exception {
        Path file = folder.resolve("log.db");
        try (TransactionalEventLog log = Sqlite.open(file);
                var processes = new ProjectionProcesses(log, file.toString(), folder, random(), 1);
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(ProjectionChild.TABLE);
            processes.survive(KILLS, connection);
        }
    }

    /** Ten kills, or for as long as it is told to. */
    private static BooleanSupplier enough() {
        long minutes = Long.getLong("cairn.torture.minutes", 0);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        var kills = new AtomicInteger();
        return () -> minutes == 0 ? kills.incrementAndGet() <= KILLS_OF_ANY : System.nanoTime() - end < 0;
    }

    @Test
    void killed_at_random_three_processes_share_eight_partitions_in_postgres() throws Exception {
        onPostgres(PostgresServer.newest(), PARTITIONS, (processes, connection) -> {
            int kills = processes.surviveAny(enough(), connection);
            System.out.println("torture: " + kills + " kills of 3 processes that share " + PARTITIONS
                    + " partitions in PostgreSQL; the read model equalled a straight fold after each");
        });
    }

    @Test
    void three_processes_share_eight_partitions_in_sqlite_and_are_killed_at_random() throws Exception {
        Path file = folder.resolve("log.db");
        try (TransactionalEventLog log = Sqlite.open(file);
                var processes = new ProjectionProcesses(log, file.toString(), folder, random(), PARTITIONS);
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(ProjectionChild.TABLE);
            var kills = new AtomicInteger();
            processes.surviveAny(() -> kills.incrementAndGet() <= KILLS_OF_ANY, connection);
        }
    }

    @Test
    void a_process_that_stood_still_beyond_its_lease_writes_nothing_when_it_wakes_up() throws Exception {
        onPostgres(PostgresServer.newest(), (processes, connection) -> {
            String first = processes.start();
            processes.append(5);
            processes.untilPassed();
            String second = processes.start();
            String holder = first;
            for (int round = 0; round < 3; round++) {
                processes.append(3);
                processes.signal(holder, "-STOP");
                processes.append(10);
                processes.untilHolderIsNot(holder);
                processes.untilPassed();
                processes.signal(holder, "-CONT");
                processes.append(10);
                processes.untilPassed();
                processes.assertEqualToFold(connection);
                holder = holder.equals(first) ? second : first;
            }
        });
    }

    @Test
    void a_read_model_is_right_after_the_server_was_restarted() throws Exception {
        try (PostgresServer server = PostgresServer.start(PostgresBinaries.newest())) {
            String database = server.createDatabase();
            String url = server.url(database);
            var dataSource = new PGSimpleDataSource();
            dataSource.setUrl(url);
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                statement.execute(ProjectionChild.TABLE);
            }
            try (TransactionalEventLog log = Postgres.open(dataSource, PostgresOptions::migrating);
                    var processes = new ProjectionProcesses(log, url, folder, random(), 1)) {
                processes.start();
                for (int restart = 0; restart < 2; restart++) {
                    processes.append(20);
                    server.restart();
                    processes.append(5);
                    processes.untilPassed();
                    try (Connection connection = DriverManager.getConnection(url)) {
                        processes.assertEqualToFold(connection);
                    }
                }
            }
        }
    }
}
