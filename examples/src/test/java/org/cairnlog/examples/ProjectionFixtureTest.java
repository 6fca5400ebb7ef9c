// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.testkit.Given.given;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.cairnlog.consumer.Projection;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.examples.AccountEvent.Opened;
import org.cairnlog.examples.AccountEvent.Withdrawn;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Postgres;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A projection is tested like a decider: what happened, and what the tables hold then. */
class ProjectionFixtureTest {
    private static final StreamId ADA = StreamId.of("account", "ada");
    private static final StreamId BOB = StreamId.of("account", "bob");
    private static final String BALANCES = "SELECT account, cents FROM balance ORDER BY account";

    @TempDir
    Path folder;

    @Test
    void in_a_sqlite_file() throws Exception {
        try (var log = log()) {
            balances(log);
        }
    }

    @Test
    void in_postgresql() throws Exception {
        try (var database = new PostgresDatabase();
                var log = Postgres.open(database.pool(), o -> o.migrating())) {
            table(log);
            balances(log);
        }
    }

    private static void balances(TransactionalEventLog log) throws InterruptedException {
        var balances = projection();
        // tag::given
        given(log, AccountEvent.CODEC)
                .events(ADA, new Opened("ada"), new Deposited(100))
                .events(BOB, new Opened("bob"))
                .when(balances)
                .then("SELECT account, cents FROM balance ORDER BY account", "ada | 100", "bob | 0")
                .events(ADA, new Withdrawn(30))
                .when(balances)
                .then("SELECT cents FROM balance WHERE account = 'ada'", "70");
        // end::given
    }

    @Test
    void rows_that_differ_are_told_with_what_led_to_them() throws Exception {
        try (var log = log()) {
            var given = given(log, AccountEvent.CODEC)
                    .events(ADA, new Opened("ada"), new Deposited(100))
                    .when(projection());
            assertThatThrownBy(() -> given.then(BALANCES, "ada | 70"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Deposited[cents=100] on account/ada\n")
                    .hasMessageContaining("when \"balances\" has run")
                    .hasMessageContaining("expected rows: \n          ada | 70\nbut was: \n          ada | 100");
            assertThatThrownBy(() -> given.then(BALANCES)).hasMessageContaining("expected rows: none");
            assertThatThrownBy(() -> given.then("SELECT nothing FROM balance"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the query failed: SELECT nothing");
        }
    }

    @Test
    void a_projection_that_fails_is_told_and_not_retried() throws Exception {
        try (var log = log()) {
            var given = given(log, AccountEvent.CODEC).events(ADA, new Opened("ada"), new Opened("again"));
            long before = System.nanoTime();
            assertThatThrownBy(() -> given.when(projection()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected: it handles everything\nbut was:  STOPPED")
                    .hasMessageContaining("UNIQUE");
            assertThat(System.nanoTime() - before).isLessThan(30_000_000_000L);
        }
    }

    @Test
    void events_that_the_query_leaves_out_change_nothing() throws Exception {
        try (var log = log()) {
            given(log, AccountEvent.CODEC)
                    .events(StreamId.of("other", "ada"), new Opened("ada"))
                    .when(projection())
                    .then(BALANCES);
        }
    }

    private TransactionalEventLog log() throws SQLException {
        TransactionalEventLog log = Sqlite.open(folder.resolve("bank.db"));
        table(log);
        return log;
    }

    private static void table(TransactionalEventLog log) throws SQLException {
        log.inTransaction(tx -> {
                    update(tx.connection(), "CREATE TABLE balance (account TEXT PRIMARY KEY, cents BIGINT NOT NULL)");
                    return "made";
                })
                .run();
    }

    private static Projection<AccountEvent> projection() {
        return Projection.jdbc("balances", category("account"), AccountEvent.CODEC, (connection, event) -> {
            String account = event.stream().id();
            switch (event.event()) {
                case Opened opened -> update(connection, "INSERT INTO balance VALUES (?, 0)", account);
                case Deposited deposited -> add(connection, account, deposited.cents());
                case Withdrawn withdrawn -> add(connection, account, -withdrawn.cents());
            }
        });
    }

    private static void add(Connection connection, String account, long cents) throws SQLException {
        update(connection, "UPDATE balance SET cents = cents + ? WHERE account = ?", cents, account);
    }

    private static void update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
