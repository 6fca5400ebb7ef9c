// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.examples.AccountEvent.CODEC;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.Projection;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A read model that is rebuilt in another shape while it is read: readers see a view, and the view is switched. */
class GenerationsTest {
    @TempDir
    Path folder;

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bank.db"));
    }

    private static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private static Projection<AccountEvent> total() {
        return Projection.<AccountEvent>jdbc("total", category("account"), CODEC, (connection, event) -> {
                    if (event.event() instanceof Deposited deposited) {
                        run(connection, "UPDATE total_1 SET cents = cents + " + deposited.cents());
                    }
                })
                .generation(
                        1,
                        connection -> run(
                                connection,
                                "DROP VIEW IF EXISTS total",
                                "CREATE VIEW total AS SELECT cents FROM total_1"));
    }

    @Test
    void a_new_generation_catches_up_and_is_switched_to() throws Exception {
        try (TransactionalEventLog log = Sqlite.open(folder.resolve("bank.db"));
                Connection reader = connect()) {
            run(
                    reader,
                    "CREATE TABLE total_1 (cents INTEGER NOT NULL)",
                    "INSERT INTO total_1 VALUES (0)",
                    "CREATE VIEW total AS SELECT cents FROM total_1",
                    "CREATE TABLE deposit_2 (id TEXT PRIMARY KEY, cents INTEGER NOT NULL)");
            // tag::generation
            var deposits = Projection.<AccountEvent>jdbc("total", category("account"), CODEC, (connection, event) -> {
                        if (event.event() instanceof Deposited deposited) {
                            run(
                                    connection,
                                    "INSERT INTO deposit_2 VALUES ('%s', %d)".formatted(event.id(), deposited.cents()));
                        }
                    })
                    .generation(2, connection -> {
                        if (number(connection, "SELECT sum(cents) FROM deposit_2")
                                != number(connection, "SELECT cents FROM total_1")) {
                            throw new IllegalStateException("the deposits do not add up to the total");
                        }
                        run(connection, "DROP VIEW total");
                        run(connection, "CREATE VIEW total AS SELECT sum(cents) AS cents FROM deposit_2");
                    });
            // end::generation
            try (var consumers = Consumers.start(log, total(), deposits)) {
                log.append(StreamId.of("account", "ada"), any(), CODEC.encode(new Deposited(100)));
                // tag::switch
                consumers.awaitPassed("total@2", log.head(), Duration.ofMinutes(10));
                consumers.switchTo("total@2");
                // end::switch
                while (!consumers.status("total@2").active()) {
                    LockSupport.parkNanos(1_000_000);
                }
                var last = log.append(StreamId.of("account", "bob"), any(), CODEC.encode(new Deposited(20)));
                assertThat(consumers.awaitPassed("total@2", last.cursor(), Duration.ofSeconds(10)))
                        .isTrue();
                assertThat(number(reader, "SELECT cents FROM total")).isEqualTo(120);
                assertThat(number(reader, "SELECT count(*) FROM deposit_2")).isEqualTo(2);
            }
        }
    }
}
