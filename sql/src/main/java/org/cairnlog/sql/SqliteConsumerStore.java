// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.cairnlog.event.CairnException;
import org.cairnlog.log.LogUnavailable;
import org.jspecify.annotations.Nullable;

/** The state of a log's consumers in its SQLite file, on one connection of its own. */
final class SqliteConsumerStore extends SqlConsumerStore implements AutoCloseable {
    private final SqliteFile file;
    private final SqliteTurns turns;
    private final ReentrantLock lock = new ReentrantLock(true);
    private @Nullable SqliteConnection connection;
    private boolean prepared;
    private boolean closed;

    SqliteConsumerStore(SqliteFile file, long log, SqliteTurns turns) {
        super(log);
        this.file = file;
        this.turns = turns;
    }

    @Override
    public Instant now() {
        return file.options().clock().instant().truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    String sql(String text) {
        return text.replace("\"cairn\".", "cairn_").replace(":now", Long.toString(SqliteEntries.micros(now())));
    }

    @Override
    CairnException translate(SQLException e) {
        return file.translate(e);
    }

    @Override
    <T extends @Nullable Object> T read(Work<T> work) {
        return run(work, false);
    }

    @Override
    <T extends @Nullable Object> T write(Work<T> work) {
        return run(work, true);
    }

    private <T extends @Nullable Object> T run(Work<T> work, boolean writing) {
        lock.lock();
        try {
            SqliteConnection current = open();
            boolean sound = false;
            try {
                begin(current, writing);
                T result = work.on(current.jdbc());
                if (writing) {
                    current.commit();
                } else {
                    current.rollback();
                }
                sound = true;
                return result;
            } catch (CairnException | IllegalArgumentException e) {
                current.rollback();
                sound = true;
                throw e;
            } finally {
                if (!sound) {
                    current.rollback();
                    close(current);
                }
            }
        } catch (SQLException e) {
            throw translate(e);
        } finally {
            lock.unlock();
        }
    }

    private void begin(SqliteConnection current, boolean writing) throws SQLException {
        if (!writing) {
            current.beginReading();
        } else if (!current.beginWriting()) {
            throw file.busy();
        }
    }

    private SqliteConnection open() throws SQLException {
        if (closed) {
            throw new LogUnavailable("The log is closed. Open it again, or stop using it.", null);
        }
        SqliteConnection current = connection;
        if (current == null) {
            current = file.connect(file.options().timeout());
            current.waitWith(turns.new Waiter(file.options().timeout(), true));
            connection = current;
        }
        if (!prepared) {
            for (String statement : Sql.file("sqlite/consumers.sql").split(";")) {
                if (!statement.isBlank()) {
                    current.execute(statement);
                }
            }
            prepared = true;
        }
        return current;
    }

    private void close(SqliteConnection current) {
        connection = null;
        try {
            current.close();
        } catch (SQLException e) {
            // Nothing is lost: what was committed is durable.
            return;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (connection != null) {
                close(connection);
            }
        } finally {
            lock.unlock();
        }
    }
}
