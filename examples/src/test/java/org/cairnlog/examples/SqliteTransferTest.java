// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cairnlog.event.EventData.json;
import static org.cairnlog.log.ExpectedVersion.any;
import static org.cairnlog.log.ExpectedVersion.exactly;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.cairnlog.event.EventData;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.Committed;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transfer in one file: a row of the application's own table and the events of two accounts, in one commit. */
class SqliteTransferTest {
    private final StreamId ada = StreamId.of("account", "ada");
    private final StreamId bob = StreamId.of("account", "bob");

    @TempDir
    Path folder;

    private TransactionalEventLog log;

    @BeforeEach
    void ada_has_100_cents() throws SQLException {
        log = Sqlite.open(folder.resolve("bank.db"));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE transfer (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL)");
        }
        BankAccountTest.deposit(log, ada, 100);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bank.db"));
    }

    // tag::transfer
    Committed<Long> transfer(StreamId from, StreamId to, long cents) throws SQLException {
        return log.inTransaction(tx -> {
                    long id = insertTransfer(tx.connection(), cents);
                    var history = tx.read(from).toList();
                    if (BankAccountTest.balance(history) < cents) {
                        throw new IllegalStateException("insufficient funds"); // rolls the row back too
                    }
                    tx.append(from, exactly(history.version()), json("money-withdrawn", Long.toString(cents)));
                    tx.append(to, any(), json("money-deposited", Long.toString(cents)));
                    return id;
                })
                .retryingConflicts(3) // the whole block runs again, on a fresh history
                .run();
    }
    // end::transfer

    private static long insertTransfer(Connection connection, long cents) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO transfer (cents) VALUES (?) RETURNING id")) {
            insert.setLong(1, cents);
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private long transfers() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM transfer")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void row_and_events_are_there_together() throws SQLException {
        Committed<Long> done = transfer(ada, bob, 5);

        assertThat(done.value()).isEqualTo(1);
        assertThat(done.appended()).hasSize(2);
        assertThat(done.cursor()).isEqualTo(log.head());
        assertThat(transfers()).isEqualTo(1);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(95);
        assertThat(BankAccountTest.balance(log.read(bob))).isEqualTo(5);
    }

    @Test
    void what_fails_leaves_neither() throws SQLException {
        assertThatThrownBy(() -> transfer(ada, bob, 101)).hasMessage("insufficient funds");

        assertThat(transfers()).isZero();
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(100);
    }

    @Test
    void the_whole_block_is_done_again_after_a_conflict() throws SQLException {
        var runs = new AtomicInteger();
        log.inTransaction(tx -> {
                    tx.append(ada, exactly(tx.read(ada).toList().version()), json("money-withdrawn", "60"));
                    if (runs.incrementAndGet() == 1) {
                        // Another client is faster.
                        CompletableFuture.runAsync(() -> BankAccountTest.deposit(log, ada, 1))
                                .join();
                    }
                    return insertTransfer(tx.connection(), 60);
                })
                .retryingConflicts(3)
                .run();

        assertThat(runs).hasValue(2);
        assertThat(transfers()).isEqualTo(1);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(41);
    }

    // tag::once
    /** May be called again for the same command, for example after a crash: it is done once. */
    void transferOnce(EventData withdrawn, EventData deposited, long cents) throws SQLException {
        try {
            log.inTransaction(tx -> {
                        insertTransfer(tx.connection(), cents);
                        return tx.append(Append.to(ada, any(), withdrawn).and(bob, any(), deposited));
                    })
                    .run();
        } catch (AlreadyAppended done) {
            // It was done before; the second row is rolled back.
        }
    }
    // end::once

    @Test
    void with_the_same_event_ids_the_work_is_done_once() throws SQLException {
        EventData withdrawn = json("money-withdrawn", "5");
        EventData deposited = json("money-deposited", "5");
        transferOnce(withdrawn, deposited, 5);
        transferOnce(withdrawn, deposited, 5);

        assertThat(transfers()).isEqualTo(1);
        assertThat(BankAccountTest.balance(log.read(bob))).isEqualTo(5);
    }

    // tag::joined
    void transferOn(Connection connection, EventData withdrawn, long cents) throws SQLException {
        connection.setAutoCommit(false);
        var joined = log.join(connection);
        boolean committed = false;
        try {
            insertTransfer(connection, cents);
            joined.append(ada, any(), withdrawn);
            joined.beforeCommit(); // checks and stores; from here on the log is locked, so commit at once
            connection.commit();
            committed = true;
        } finally {
            if (!committed) {
                connection.rollback();
            }
            joined.afterCompletion(committed); // wakes those who wait for events
        }
    }
    // end::joined

    @Test
    void a_transaction_of_somebody_else_can_be_joined() throws SQLException {
        try (Connection connection = connect()) {
            transferOn(connection, json("money-withdrawn", "5"), 5);
        }
        assertThat(transfers()).isEqualTo(1);
        assertThat(BankAccountTest.balance(log.read(ada))).isEqualTo(95);
    }
}
