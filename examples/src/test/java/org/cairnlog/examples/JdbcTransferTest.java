// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.LogTransaction;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Postgres;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transfer: a row of the application's own and two appends, in one commit. */
class JdbcTransferTest {
    private final StreamId ada = StreamId.of("account", "ada");
    private final StreamId bob = StreamId.of("account", "bob");

    @AutoClose
    private final PostgresDatabase database = new PostgresDatabase();

    @AutoClose
    private final TransactionalEventLog log = Postgres.open(database.pool(), o -> o.migrating());

    @BeforeEach
    void ada_has_100_cents() {
        database.execute("CREATE TABLE transfer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                + " cents bigint NOT NULL CHECK (cents > 0))");
        BankAccountTest.deposit(log, ada, 100);
    }

    // tag::transfer
    long transfer(StreamId from, StreamId to, long cents) throws SQLException {
        return log.inTransaction(tx -> {
                    long id = insertTransfer(tx.connection(), cents);
                    withdraw(tx, from, cents);
                    tx.append(to, any(), json("money-deposited", Long.toString(cents)));
                    return id;
                })
                .retryingConflicts(3)
                .run()
                .value();
    }

    static long insertTransfer(Connection connection, long cents) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO transfer (cents) VALUES (?) RETURNING id")) {
            insert.setLong(1, cents);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    static void withdraw(LogTransaction tx, StreamId account, long cents) {
        var history = tx.read(account).toList();
        if (BankAccountTest.balance(history) < cents) {
            throw new IllegalStateException("insufficient funds");
        }
        tx.append(account, exactly(history.version()), json("money-withdrawn", Long.toString(cents)));
    }
    // end::transfer

    @Test
    void a_transfer_and_its_events_are_there_together() throws SQLException {
        long id = transfer(ada, bob, 5);

        assertThat(database.number("SELECT cents FROM transfer WHERE id = " + id))
                .isEqualTo(5);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(95);
        assertThat(BankAccountTest.balance(log.read(bob))).isEqualTo(5);
    }

    @Test
    void what_fails_leaves_neither() {
        assertThatThrownBy(() -> transfer(ada, bob, 101)).hasMessage("insufficient funds");
        assertThatThrownBy(() -> transfer(ada, bob, -1)).isInstanceOf(SQLException.class);

        assertThat(database.number("SELECT count(*) FROM transfer")).isZero();
        assertThat(log.read(bob)).isEmpty();
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(100);
    }

    @Test
    void the_whole_block_is_done_again_after_a_conflict() throws SQLException {
        var runs = new AtomicInteger();
        log.inTransaction(tx -> {
                    insertTransfer(tx.connection(), 60);
                    withdraw(tx, ada, 60);
                    if (runs.incrementAndGet() == 1) {
                        // Another client is faster.
                        CompletableFuture.runAsync(() -> BankAccountTest.deposit(log, ada, 1))
                                .join();
                    }
                    return null;
                })
                .retryingConflicts(3)
                .run();

        assertThat(runs).hasValue(2);
        assertThat(database.number("SELECT count(*) FROM transfer")).isEqualTo(1);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(41);
    }
}
