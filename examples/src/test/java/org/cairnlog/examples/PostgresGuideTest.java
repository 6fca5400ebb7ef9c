// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.noStream;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.CursorFromAnotherHistory;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Postgres;
import org.cairnlog.sql.PostgresLogs;
import org.cairnlog.sql.PostgresRole;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What docs/guides/postgres.md shows and says. */
class PostgresGuideTest {
    private final StreamId account = StreamId.of("account", "42");

    @AutoClose
    private final PostgresDatabase database = new PostgresDatabase();

    private final DataSource dataSource = database.pool();

    @Test
    void a_log_is_opened_by_url() {
        String url = database.url();
        // tag::url
        try (var log = Postgres.open(url, o -> o.migrating())) { // postgresql://user@host:5432/database
            log.append(account, any(), json("money-deposited", "100"));
            var history = log.read(account).toList(); // decide on it: exactly(history.version())
        }
        // end::url
        try (var log = Postgres.open(url)) {
            assertThat(log.read(account).toList()).hasSize(1);
        }
    }

    @Test
    void a_log_is_opened_on_the_pool_of_the_application() {
        // tag::pool
        var log = Postgres.open(dataSource, o -> o.migrating());
        // end::pool
        try (log) {
            log.append(account, any(), json("money-deposited", "100"));
            assertThat(log.read(account).toList()).hasSize(1);
        }
    }

    @Test
    void a_log_is_opened_past_a_pooler() {
        DataSource pooled = dataSource;
        String url = database.jdbcUrl("postgres");
        Postgres.migrate(dataSource);
        // tag::direct
        var direct = new PGSimpleDataSource(); // no pool: Cairn keeps its few connections
        direct.setUrl(url);
        var log = Postgres.open(pooled, o -> o.direct(direct));
        // end::direct
        try (log) {
            log.append(account, any(), json("money-deposited", "100"));
            assertThat(log.read(account).toList()).hasSize(1);
        }
    }

    @Test
    void the_owner_makes_the_schema_and_a_service_with_fewer_rights_uses_it() {
        database.execute("DO $$ BEGIN CREATE ROLE shop LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        DataSource owner = dataSource;
        // tag::roles
        Postgres.migrate(owner); // in a step of the deployment; at each release
        Postgres.grant(owner, "cairn", PostgresRole.APPENDER, "shop");
        Postgres.grant(owner, "cairn", PostgresRole.CONSUMER, "shop");
        // end::roles
        try (var shop = database.pool("shop");
                var log = Postgres.open(shop)) {
            log.append(account, noStream(), json("money-deposited", "100"));
            assertThat(log.read(account).toList()).hasSize(1);
            assertThatThrownBy(() -> Postgres.open(shop, o -> o.log("other").migrating()))
                    .isInstanceOf(LogUnusable.class);
        }
    }

    @Test
    void each_tenant_has_a_log() {
        Postgres.migrate(dataSource);
        // tag::tenants
        try (PostgresLogs logs = Postgres.logs(dataSource, o -> o.migrating());
                TransactionalEventLog leeds = logs.open("leeds");
                TransactionalEventLog york = logs.open("york")) {
            leeds.append(account, noStream(), json("money-deposited", "100"));
            york.append(account, noStream(), json("money-deposited", "5"));
        }
        // end::tenants
        try (var york = Postgres.open(dataSource, o -> o.log("york"))) {
            assertThat(york.read(account)).singleElement().satisfies(event -> {
                assertThat(event.position()).isEqualTo(1);
                assertThat(event.payloadText()).isEqualTo("5");
            });
        }
    }

    @Test
    void a_session_that_holds_the_lock_is_named() throws SQLException {
        try (var log = Postgres.open(dataSource, o -> o.migrating().timeout(Duration.ofSeconds(1)));
                Connection connection = dataSource.getConnection()) {
            assertThat(log.status().blocker()).isEmpty();
            connection.setAutoCommit(false);
            log.appendAndHoldLockUntilCommit(
                    connection, Append.to(account, noStream(), json("money-deposited", "100")));

            assertThatThrownBy(() -> log.append(account, any(), json("money-deposited", "5")))
                    .isInstanceOf(LogBusy.class)
                    .hasMessageContaining("holds the log's lock, idle in transaction");
            // tag::status
            LogStatus status = log.status();
            Optional<String> blocker = status.blocker(); // who keeps the others waiting: session, user, state, how long
            boolean hinted = status.wakeUp() == LogStatus.WakeUp.LISTENING; // else it looks now and then
            Optional<String> problem = status.problem(); // why it is not told, or cannot tell others
            int waiting = status.waitingAppends();
            // end::status
            assertThat(blocker.orElseThrow()).contains("of user postgres", "holds the log's lock, idle in transaction");
            assertThat(hinted).isFalse();
            assertThat(problem).isEmpty();
            assertThat(waiting).isZero();
            assertThat(database.number(HOLDER)).isEqualTo(1);

            connection.rollback();
            log.append(account, noStream(), json("money-deposited", "5"));
            assertThat(database.number(HOLDER)).isZero();
        }
    }

    private static final String HOLDER = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            + " WHERE l.locktype = 'advisory' AND l.classid = 'cairn.log'::regclass AND l.granted"
            + " AND a.datname = current_database()";

    @Test
    void an_owner_without_more_rights_sees_who_but_not_in_which_state() {
        database.execute("DO $$ BEGIN CREATE ROLE keeper LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        database.execute("DO $$ BEGIN CREATE ROLE guest LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        database.execute("CREATE SCHEMA cairn AUTHORIZATION keeper");
        try (var keepers = database.pool("keeper");
                var guests = database.pool("guest")) {
            Postgres.migrate(keepers);
            Postgres.grant(keepers, "cairn", PostgresRole.APPENDER, "guest");
            try (var log = Postgres.open(keepers);
                    var guest = Postgres.open(guests);
                    Connection connection = guests.getConnection()) {
                connection.setAutoCommit(false);
                guest.appendAndHoldLockUntilCommit(
                        connection, Append.to(account, noStream(), json("money-deposited", "100")));
                String blocker = log.status().blocker().orElseThrow();
                assertThat(blocker).contains("of user guest", "in a state that this user may not see");

                database.execute("GRANT pg_read_all_stats TO keeper");
                assertThat(waitForState(log)).contains("idle in transaction");
                database.execute("REVOKE pg_read_all_stats FROM keeper");
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** A holder whose state is seen is named after 200 ms. */
    private static String waitForState(TransactionalEventLog log) {
        while (true) {
            Optional<String> blocker = log.status().blocker();
            if (blocker.isPresent()) {
                return blocker.get();
            }
        }
    }

    @Test
    void a_transaction_of_somebody_else_is_joined() throws SQLException {
        database.execute("CREATE TABLE transfer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cents bigint)");
        try (var log = Postgres.open(dataSource, o -> o.migrating());
                Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            // tag::join
            JoinedTransaction tx = log.join(connection); // the transaction stays its owner's
            boolean committed = false;
            try {
                JdbcTransferTest.insertTransfer(connection, 5);
                tx.append(account, noStream(), json("money-deposited", "5"));
                tx.beforeCommit(); // after all other statements: it locks the log until the commit
                connection.commit();
                committed = true;
            } finally {
                tx.afterCompletion(committed);
            }
            // end::join
            assertThat(log.read(account).toList()).hasSize(1);
            assertThat(database.number("SELECT count(*) FROM transfer")).isEqualTo(1);
        }
    }

    @Test
    void a_transaction_that_stands_idle_is_ended_by_the_database() {
        try (var log = Postgres.open(dataSource, o -> o.migrating().idleTimeout(Duration.ofMillis(200)))) {
            assertThatThrownBy(() -> log.inTransaction(tx -> {
                                tx.append(account, noStream(), json("money-deposited", "5"));
                                int pid = pid(tx.connection());
                                while (database.number("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid)
                                        > 0) {
                                    Thread.onSpinWait();
                                }
                                return pid;
                            })
                            .run())
                    .hasMessageContaining("Nothing of it was stored");
            assertThat(log.read(account)).isEmpty();
        }
    }

    private static int pid(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void a_copy_that_went_its_own_way_refuses_the_cursors_of_what_it_lost() {
        Cursor before;
        Cursor lost;
        PostgresDatabase copy;
        try (var log = Postgres.open(database.url(), o -> o.migrating())) {
            before = log.append(account, any(), json("money-deposited", "1")).cursor();
        }
        copy = database.copy();
        try (var log = Postgres.open(database.url())) {
            lost = log.append(account, any(), json("money-deposited", "2")).cursor();
        }
        try (copy;
                var log = Postgres.open(copy.url())) {
            assertThatThrownBy(() -> log.read(EventQuery.all()).after(lost).toList())
                    .isInstanceOf(CursorFromAnotherHistory.class);
            log.append(account, any(), json("money-deposited", "3"));
            assertThatThrownBy(() -> log.read(EventQuery.all()).after(lost).toList())
                    .isInstanceOf(CursorFromAnotherHistory.class);
            assertThat(log.read(EventQuery.all()).after(before))
                    .singleElement()
                    .satisfies(event -> assertThat(event.payloadText()).isEqualTo("3"));
        }
    }

    @Test
    void the_statements_of_the_schema_can_be_run_by_another_tool() {
        // tag::script
        String sql = Postgres.script("cairn"); // in one transaction, by the schema's owner
        String rights = Postgres.grantScript("cairn", PostgresRole.CONSUMER, "shop");
        // end::script
        assertThat(rights).contains("\"shop\"");
        database.execute("BEGIN; " + sql + "; COMMIT");
        assertThatThrownBy(() -> Postgres.open(dataSource))
                .isInstanceOf(LogUnusable.class)
                .hasMessageContaining("no log named");
        Postgres.migrate(dataSource);
        Postgres.open(dataSource).close();
    }
}
