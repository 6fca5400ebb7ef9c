// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.TransactionalEventLog;
import org.junit.jupiter.api.BeforeEach;

/** What the contracts of a log have that commits the work of its caller; the work is to change a table of accounts. */
public abstract class TransactionalLogContract extends LogContract<TransactionalLogFixture> {
    private static final Duration LONG = Duration.ofSeconds(5);

    /** A table that no other test uses: the id of an event is new each time. */
    private final String table = "account_" + event("table").id().toString().replace('-', '_');

    /** For the contracts of this package. */
    TransactionalLogContract() {}

    @Override
    TransactionalEventLog log() {
        return fixture.log();
    }

    @BeforeEach
    void makeTable() throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table + " (owner VARCHAR(40) PRIMARY KEY, balance BIGINT NOT NULL)");
        }
    }

    /** The caller's own work: opens an account. */
    void open(Connection connection, String owner, long balance) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO " + table + " (owner, balance) VALUES (?, ?)")) {
            insert.setString(1, owner);
            insert.setLong(2, balance);
            insert.executeUpdate();
        }
    }

    void add(Connection connection, String owner, long amount) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE " + table + " SET balance = balance + ? WHERE owner = ?")) {
            update.setLong(1, amount);
            update.setString(2, owner);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    Map<String, Long> accounts(Connection connection) throws SQLException {
        Map<String, Long> accounts = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT owner, balance FROM " + table)) {
            while (rows.next()) {
                accounts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return accounts;
    }

    /** What is committed. */
    Map<String, Long> accounts() throws SQLException {
        try (Connection connection = fixture.connect()) {
            return accounts(connection);
        }
    }

    /** Lets another thread do something, and waits until it is done. */
    static void meanwhile(Crowd.Work work) throws Exception {
        Crowd.run(1, work);
    }

    /** A waiter at the head of the log must be woken by the work, and not only look again later. */
    void assertWakesWaiters(Crowd.Work work) throws Exception {
        Cursor head = log().head();
        var begun = new CountDownLatch(1);
        Thread[] waiter = new Thread[1];
        try (var waiters = Crowd.of(1, thread -> {
            waiter[0] = Thread.currentThread();
            begun.countDown();
            long before = System.nanoTime();
            assertThat(log().awaitGrowth(head, LONG)).isTrue();
            // At its end a wait looks once more, which is no being woken.
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONG);
        })) {
            waiters.go();
            begun.await();
            long patience = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            while (waiter[0].getState() != Thread.State.TIMED_WAITING && System.nanoTime() < patience) {
                Thread.onSpinWait();
            }
            work.run(0);
        }
    }
}
