// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.cairnlog.log.TransactionalEventLog;
import org.jspecify.annotations.Nullable;

/**
 * The logs of one schema in PostgreSQL, which share connections, threads and migrations: one for each tenant, for
 * example. A log that nobody uses costs next to nothing, and two busy ones do not wait for each other. Safe for use by
 * many threads.
 */
public final class PostgresLogs implements AutoCloseable {
    // Logs that append at the same time; more take turns.
    private static final int WRITERS = 4;
    // Beyond their timeout, those who wait for an append have been told that nobody knows, or are when this is over.
    private static final Duration MORE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofDays(20);

    private final DataSource pool;
    private final PostgresOptions options;
    private final PostgresSchema schema;
    private final @Nullable AutoCloseable owned;
    private final DataSource direct;
    private final Semaphore writers = new Semaphore(WRITERS, true);
    private final ConcurrentLinkedDeque<OwnConnection> idle = new ConcurrentLinkedDeque<>();
    private final PostgresWakeUp wakeUp;
    private volatile boolean closed;

    PostgresLogs(DataSource pool, PostgresOptions options, @Nullable AutoCloseable owned) {
        this(pool, options, owned, new PostgresSchema(options.schema()));
    }

    PostgresLogs(DataSource pool, PostgresOptions options, @Nullable AutoCloseable owned, PostgresSchema schema) {
        this.pool = pool;
        this.options = options;
        this.schema = schema;
        this.owned = owned;
        this.direct = options.direct().orElse(pool);
        this.wakeUp = new PostgresWakeUp(direct, schema);
    }

    /** Looks whether the schema is as this release needs it, and makes it so if that is wanted. */
    PostgresLogs prepare() {
        try (Connection connection = pool.getConnection()) {
            if (options.migrate()) {
                schema.migrate(connection);
            }
            schema.validate(connection);
            endTransaction(connection);
            return this;
        } catch (SQLException e) {
            throw PostgresErrors.translate(e, "the schema \"" + schema.name() + "\"");
        }
    }

    /**
     * Opens a log.
     *
     * @param log its name in the schema
     * @return the log, to be closed; closing it leaves the others open
     * @throws org.cairnlog.log.LogUnusable if there is no such log, and the options do not say that it is to be made
     * @throws org.cairnlog.log.LogUnavailable if the database cannot be reached
     */
    public TransactionalEventLog open(String log) {
        return new PostgresEventLog(this, log, find(log), false);
    }

    PostgresSchema.Log find(String log) {
        try (Connection connection = pool.getConnection()) {
            if (options.migrate()) {
                schema.create(connection, log, options.ids());
            }
            PostgresSchema.Log found = schema.log(connection, log);
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return found;
        } catch (SQLException e) {
            throw PostgresErrors.translate(e, "the log \"" + log + "\"");
        }
    }

    PostgresOptions options() {
        return options;
    }

    PostgresSchema schema() {
        return schema;
    }

    PostgresWakeUp wakeUp() {
        return wakeUp;
    }

    /** A connection of the callers' pool, to be closed. */
    Connection borrow() throws SQLException {
        return pool.getConnection();
    }

    /** A connection to write with; null if all are in use for now. */
    @Nullable OwnConnection writer(long patienceNanos) throws SQLException {
        try {
            if (!writers.tryAcquire(patienceNanos, TimeUnit.NANOSECONDS)) {
                return null;
            }
        } catch (InterruptedException e) {
            // A caller that writes for itself leaves the rest to the writer's thread, and says what it knows.
            Thread.currentThread().interrupt();
            return null;
        }
        OwnConnection connection = idle.poll();
        if (connection != null) {
            return connection;
        }
        try {
            return OwnConnection.open(direct, patience());
        } catch (SQLException | RuntimeException e) {
            writers.release();
            throw e;
        }
    }

    private Duration patience() {
        Duration timeout = options.timeout();
        return timeout.compareTo(LONGEST) < 0 ? timeout.plus(MORE_PATIENCE) : LONGEST;
    }

    /** Takes a writer's connection back. */
    void giveBack(OwnConnection connection, boolean sound) {
        if (sound && !closed) {
            idle.push(connection);
            if (closed) {
                rest(); // which may have happened before the push
            }
        } else {
            connection.close();
        }
        writers.release();
    }

    /** Closes the connections that nobody needs for now. */
    void rest() {
        for (OwnConnection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // It is of no use any more either way.
            return;
        }
    }

    private static void endTransaction(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    /** Closes what the logs share; close the logs before. */
    @Override
    public void close() {
        closed = true;
        wakeUp.close();
        rest();
        if (owned != null) {
            try {
                owned.close();
            } catch (Exception e) {
                throw new IllegalStateException("The connections could not be closed: " + e.getMessage(), e);
            }
        }
    }
}
