// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.cairnlog.codec.EventCodec;
import org.cairnlog.consumer.ConsumerStatus;
import org.cairnlog.consumer.Consumers;
import org.cairnlog.consumer.FailurePolicy;
import org.cairnlog.consumer.Subscription;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.ExpectedVersion;
import org.cairnlog.log.TransactionalEventLog;

/**
 * Tests of a projection: what happened, and what the tables hold then. The events go through the codec into a real log,
 * and the projection runs as it does elsewhere, so its query, its codec and its SQL are tested too. For use by one
 * thread.
 *
 * {@snippet :
 * given(log, codec)
 *         .events(StreamId.of("account", "42"), new Opened("ada"), new Deposited(100))
 *         .when(balances)
 *         .then("SELECT account, cents FROM balance ORDER BY account", "42 | 100");
 * }
 *
 * @param <E> the root of the events
 */
public final class GivenEvents<E> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final TransactionalEventLog log;
    private final EventCodec<E> codec;
    private final List<String> story = new ArrayList<>(List.of("an empty log"));

    GivenEvents(TransactionalEventLog log, EventCodec<E> codec) {
        this.log = log;
        this.codec = codec;
    }

    /**
     * These have happened on a stream, after what happened before.
     *
     * @param stream the stream
     * @param events in order
     * @return this
     */
    @SafeVarargs
    public final GivenEvents<E> events(StreamId stream, E... events) {
        for (E event : events) {
            log.append(stream, ExpectedVersion.any(), codec.encode(event));
            story.add(event + " on " + stream);
        }
        return this;
    }

    /**
     * Runs a projection, or another subscription, until it has seen all that happened. If it runs a second time, it
     * goes on where it was.
     *
     * @param consumer what follows the log; a failure ends the test, whatever its policy is
     * @return this
     * @throws AssertionError if it fails at an event, or does not come to the end within 30 seconds
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    public GivenEvents<E> when(Subscription<?> consumer) throws InterruptedException {
        String name = consumer.name();
        story.add("when \"" + name + "\" has run");
        try (var consumers = Consumers.start(log, consumer.onFailure(FailurePolicy.fail()))) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!consumers.awaitPassed(name, log.head(), LOOK)) {
                ConsumerStatus status = consumers.status(name);
                if (status.state() == ConsumerStatus.State.STOPPED || System.nanoTime() > end) {
                    throw new AssertionError(Differences.told(story) + "\nexpected: it handles everything\nbut was:  "
                            + status.state() + ", " + status.why());
                }
            }
        }
        return this;
    }

    /**
     * Checks what a query finds in the log's database. A row is written as its columns with {@code " | "} between them,
     * null as {@code null}.
     *
     * @param sql a query that says in which order it wants its rows
     * @param rows all rows that it is to find, in order; none if it is to find nothing
     * @return this
     * @throws AssertionError with the difference, if it finds others or fails
     */
    public GivenEvents<E> then(String sql, String... rows) {
        try {
            Differences.same(
                    "rows",
                    story,
                    List.of(rows),
                    log.inTransaction(tx -> rows(tx.connection(), sql)).run().value());
            return this;
        } catch (SQLException e) {
            throw new AssertionError(Differences.told(story) + "\nthe query failed: " + sql + "\n" + e.getMessage(), e);
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            int columns = found.getMetaData().getColumnCount();
            while (found.next()) {
                var row = new StringJoiner(" | ");
                for (int column = 1; column <= columns; column++) {
                    row.add(String.valueOf(found.getString(column)));
                }
                rows.add(row.toString());
            }
            return List.copyOf(rows);
        }
    }
}
