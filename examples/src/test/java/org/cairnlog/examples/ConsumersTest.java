// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cairnlog.consumer.FailurePolicy.retry;
import static org.cairnlog.event.EventQuery.category;
import static org.cairnlog.event.EventQuery.types;
import static org.cairnlog.examples.AccountEvent.CODEC;
import static org.cairnlog.log.ExpectedVersion.any;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.ParkedEvent;
import org.cairnlog.consumer.Projection;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.StreamId;
import org.cairnlog.examples.AccountEvent.Deposited;
import org.cairnlog.examples.AccountEvent.Opened;
import org.cairnlog.examples.AccountEvent.Withdrawn;
import org.cairnlog.log.Appended;
import org.cairnlog.log.TransactionalEventLog;
import org.cairnlog.sql.Sqlite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A read model in the application's own table, and mails, both fed by one log. */
class ConsumersTest {
    /** Sends each mail once, however often it is told to. */
    private static final class Mailer {
        final Map<String, String> sent = new ConcurrentHashMap<>();
        final Set<String> broken = ConcurrentHashMap.newKeySet();

        void send(String key, String to) {
            if (broken.contains(to)) {
                throw new IllegalStateException("no route to " + to);
            }
            sent.putIfAbsent(key, to);
        }
    }

    @TempDir
    Path folder;

    private final Mailer mailer = new Mailer();
    private TransactionalEventLog log;

    @BeforeEach
    void open() throws SQLException {
        log = Sqlite.open(folder.resolve("bank.db"));
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE balance (account TEXT PRIMARY KEY, cents INTEGER NOT NULL)");
        }
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("bank.db"));
    }

    private Appended append(String account, AccountEvent event) {
        return log.append(StreamId.of("account", account), any(), CODEC.encode(event));
    }

    private Map<String, Long> balances() throws SQLException {
        Map<String, Long> balances = new TreeMap<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT account, cents FROM balance")) {
            while (rows.next()) {
                balances.put(rows.getString(1), rows.getLong(2));
            }
        }
        return balances;
    }

    private static void update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    private static void add(Connection connection, String account, long cents) throws SQLException {
        update(connection, "UPDATE balance SET cents = cents + ? WHERE account = ?", cents, account);
    }

    private Projection<AccountEvent> projection() {
        // tag::projection
        var balances = Projection.jdbc("balances", category("account"), CODEC, (connection, event) -> {
                    String account = event.stream().id();
                    switch (event.event()) {
                        case Opened opened -> update(connection, "INSERT INTO balance VALUES (?, 0)", account);
                        case Deposited deposited -> add(connection, account, deposited.cents());
                        case Withdrawn withdrawn -> add(connection, account, -withdrawn.cents());
                    }
                })
                .clearedBy(connection -> update(connection, "DELETE FROM balance"));
        // end::projection
        return balances;
    }

    @Test
    void a_read_model_in_a_table_of_ones_own() throws Exception {
        append("ada", new Opened("ada@example.org"));
        var balances = projection();
        // tag::start
        try (var consumers = Consumers.start(log, balances)) {
            Appended deposited = append("ada", new Deposited(100));
            consumers.awaitPassed("balances", deposited.cursor(), Duration.ofSeconds(10));
            // end::start
            assertThat(balances()).isEqualTo(Map.of("ada", 100L));
            // tag::start
        }
        // end::start
    }

    @Test
    void a_read_model_is_rebuilt() throws Exception {
        append("ada", new Opened("ada@example.org"));
        Appended deposited = append("ada", new Deposited(100));
        try (var consumers = Consumers.start(log, projection());
                Connection connection = connect()) {
            consumers.awaitPassed("balances", deposited.cursor(), Duration.ofSeconds(10));
            update(connection, "UPDATE balance SET cents = 7");
            // tag::rebuild
            consumers.rebuild("balances");
            // end::rebuild
            while (!balances().equals(Map.of("ada", 100L))) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Test
    void mails_that_cannot_be_sent_are_parked_and_sent_later() throws Exception {
        mailer.broken.add("bob@example.org");
        // tag::subscription
        var welcome = Subscription.of("welcome-mail", types("account-opened"), CODEC, event -> {
                    if (event.event() instanceof Opened opened) {
                        mailer.send("welcome-mail " + event.id(), opened.holder());
                    }
                })
                .onFailure(retry(2, Duration.ofMillis(10)).thenPark());
        // end::subscription
        try (var consumers = Consumers.start(log, welcome)) {
            append("bob", new Opened("bob@example.org"));
            Appended opened = append("ada", new Opened("ada@example.org"));
            assertThat(consumers.awaitPassed("welcome-mail", opened.cursor(), Duration.ofSeconds(10)))
                    .isTrue();
            assertThat(mailer.sent).hasSize(1).containsValue("ada@example.org");

            List<String> said = new ArrayList<>();
            // tag::status
            for (ConsumerStatus status : consumers.status()) {
                if (!status.isHealthy()) {
                    said.add(status.name() + " is " + status.state() + ": " + status.why());
                }
            }
            for (ParkedEvent parked : consumers.setAside("welcome-mail")) {
                said.add(parked.type() + " of " + parked.stream() + ": " + parked.why());
            }
            // end::status
            assertThat(said).last().asString().contains("account-opened of account/bob", "no route");

            mailer.broken.clear();
            // tag::retry
            consumers.retry("welcome-mail");
            // end::retry
            while (mailer.sent.size() < 2) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(mailer.sent).containsValue("bob@example.org");
        }
    }
}
