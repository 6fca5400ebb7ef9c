// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.EventQuery;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.AppendInterrupted;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Committed;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogEvents;
import org.cairnlog.log.PendingAppend;
import org.cairnlog.log.StaleTransaction;
import org.cairnlog.log.StreamRead;
import org.cairnlog.log.TransactionBlock;
import org.cairnlog.log.TransactionOutcomeUnknown;
import org.jspecify.annotations.Nullable;

/**
 * Transactions of the caller's work and its appends. Nothing of the log is touched before the work is done; then the
 * connection becomes the file's only writer, checks and stores what was buffered, and the commit follows.
 */
class SqliteTransactions {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(16);
    private static final int CONSTRAINT = 19;

    private final SqliteEventLog log;
    private final SqliteFile file;
    private final long key;
    private final SqliteTurns turns;
    private final Inside inside = new Inside();

    SqliteTransactions(SqliteEventLog log, SqliteFile file, long key, SqliteTurns turns) {
        this.log = log;
        this.file = file;
        this.key = key;
        this.turns = turns;
    }

    /** Fails on a thread that is inside a transaction of this log. */
    void checkOutside() {
        inside.check();
    }

    <T extends @Nullable Object, E extends Exception> Committed<T> commit(TransactionBlock<T, E> block) throws E {
        Inside.Stay stay = inside.enter();
        try {
            SqliteSession session = open();
            try {
                return commit(block, session);
            } finally {
                SqliteEventLog.close(session);
            }
        } finally {
            stay.end();
        }
    }

    private <T extends @Nullable Object, E extends Exception> Committed<T> commit(
            TransactionBlock<T, E> block, SqliteSession session) throws E {
        TransactionBuffer buffer = buffer(BorrowedConnection.of(session.connection.jdbc()));
        T value;
        List<Append> appends;
        List<Appended> appended;
        try {
            value = work(block, buffer);
            buffer.finish();
            checkUnderWay(session.connection);
            appends = buffer.appends();
            appended = appends.isEmpty() ? List.of() : store(session, appends);
        } catch (Throwable failure) {
            buffer.finish();
            giveUp(session.connection);
            throw failure;
        }
        commit(session.connection, appends);
        if (!appended.isEmpty()) {
            wake();
        }
        return new Committed<>(value, appended);
    }

    private SqliteSession open() {
        try {
            SqliteSession session = file.session(file.options().timeout());
            try {
                // Within a transaction it could no longer be said.
                session.connection.execute("PRAGMA foreign_keys = ON");
                session.connection.waitWith(turns.new Waiter(file.options().timeout(), true));
                begin(session.connection);
                return session;
            } catch (SQLException e) {
                SqliteEventLog.close(session);
                throw e;
            }
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    /** Begins a transaction that locks nothing, and sees no state of the file, before its first statement. */
    void begin(SqliteConnection connection) throws SQLException {
        connection.beginDeferred();
    }

    TransactionBuffer buffer(Connection connection) {
        return new TransactionBuffer(
                connection, log::page, query -> log.read(query).toList());
    }

    private <T extends @Nullable Object, E extends Exception> T work(
            TransactionBlock<T, E> block, TransactionBuffer buffer) throws E {
        try {
            return block.run(buffer);
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException given && SqliteConnection.isBusy(given)) {
                    throw refused(e);
                }
            }
            throw e;
        }
    }

    /** Fails if a statement of the caller's own has ended the transaction: its appends would not be part of it. */
    private static void checkUnderWay(SqliteConnection connection) {
        if (!connection.isInTransaction()) {
            throw new IllegalStateException("The transaction was ended by a statement of its own work, so its appends"
                    + " cannot be part of it. They are not stored; leave COMMIT and ROLLBACK to the log.");
        }
    }

    private CairnException refused(Exception cause) {
        return Thread.currentThread().isInterrupted()
                ? new AppendInterrupted()
                : new StaleTransaction("another connection wrote to " + file.path() + " first", cause);
    }

    /** Checks and stores as the only writer; from here on the lock is held until the transaction ends. */
    private List<Appended> store(SqliteSession session, List<Append> appends) {
        try {
            lock(session, appends);
            file.checkUsable(session);
            var store = new SqliteAppends(session, file.options().clock());
            store.begin();
            return store(store, appends);
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    private void lock(SqliteSession session, List<Append> appends) throws SQLException {
        long started = System.nanoTime();
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            try {
                session.connection.execute("DELETE FROM cairn_log WHERE FALSE");
                return;
            } catch (SQLException e) {
                if (SqliteConnection.isStale(e)) {
                    throw stale(session, appends, e);
                }
                if (!SqliteConnection.isBusy(e)) {
                    throw e;
                }
            }
            if (System.nanoTime() - started >= file.options().timeout().toNanos()) {
                throw file.busy();
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AppendInterrupted();
            }
            turns.want(2 * pause);
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** What to say of a transaction that has read from the file before somebody else wrote to it. */
    CairnException stale(SqliteSession session, List<Append> appends, SQLException cause) throws SQLException {
        return new StaleTransaction(
                "it has read from " + file.path() + " before another connection wrote to it", cause);
    }

    /** Ids come first, those of every append; conditions see what others have appended, and nothing of this. */
    List<Appended> store(SqliteAppends store, List<Append> appends) throws SQLException {
        for (Append append : appends) {
            Optional<Appended> first = store.repeatOf(append);
            if (first.isPresent()) {
                throw new AlreadyAppended(first.get());
            }
        }
        long others = store.lastPosition();
        List<Appended> stored = new ArrayList<>();
        for (Append append : appends) {
            stored.add(store.appendNew(append, others));
        }
        return stored;
    }

    /** Makes all of it durable. */
    void end(SqliteConnection connection) throws SQLException {
        connection.commit();
    }

    private void commit(SqliteConnection connection, List<Append> appends) {
        try {
            end(connection);
        } catch (SQLException e) {
            connection.rollback();
            if ((e.getErrorCode() & 0xff) == CONSTRAINT) {
                throw new IllegalStateException(
                        "The database refuses to commit what the block has done (" + e.getMessage()
                                + "). Nothing was committed.",
                        e);
            }
            if (SqliteFile.nothingStored(e)) {
                throw file.translate(e);
            }
            if (!isStored(appends, e)) {
                throw new TransactionOutcomeUnknown(appends, e);
            }
        }
    }

    private boolean isStored(List<Append> appends, SQLException failure) {
        try {
            return !appends.isEmpty() && log.stored(appends.getFirst()).isPresent();
        } catch (CairnException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** Undoes the caller's work, because its appends cannot be stored, or the other way round. */
    void giveUp(SqliteConnection connection) {
        connection.rollback();
    }

    /** Lets those who wait for events look. */
    void wake() {
        log.wake();
    }

    JoinedTransaction join(Connection connection) {
        inside.check();
        try {
            checkJoinable(connection);
        } catch (SQLException e) {
            throw file.translate(e);
        }
        return new Joined(connection);
    }

    private void checkJoinable(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        if (!product.equals("SQLite")) {
            throw new IllegalArgumentException(
                    "The connection is to " + product + ", but the log is in the SQLite file " + file.path()
                            + "; only a connection to that file can be joined.");
        }
        if (connection.getAutoCommit()) {
            throw new IllegalArgumentException("The connection commits each statement by itself, so there is no"
                    + " transaction to join; turn auto-commit off first.");
        }
        String other = mainFile(connection);
        if (!isThisFile(other)) {
            throw new IllegalArgumentException(
                    "The connection is to " + (other.isEmpty() ? "a database in memory" : other)
                            + ", but the log is in " + file.path()
                            + "; only a connection to that file can be joined.");
        }
    }

    private static String mainFile(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA database_list")) {
            while (rows.next()) {
                if (rows.getString("name").equals("main")) {
                    String name = rows.getString("file");
                    return name == null ? "" : name;
                }
            }
            return "";
        }
    }

    private boolean isThisFile(String name) {
        try {
            return !name.isEmpty() && Files.isSameFile(Path.of(name), file.path());
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    /** Stores on a connection of somebody else's, all or nothing, so that its transaction is never half of it. */
    private List<Appended> store(Connection connection, List<Append> appends) {
        var lent = new SqliteConnection(connection);
        try {
            checkUnderWay(lent);
            lent.execute("SAVEPOINT cairn_appends");
            try {
                return store(new SqliteSession(lent, key, log.id()), appends);
            } catch (RuntimeException | Error e) {
                lent.execute("ROLLBACK TO cairn_appends");
                throw e;
            } finally {
                lent.execute("RELEASE cairn_appends");
                lent.release();
            }
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    /** A transaction whose owner commits. */
    private final class Joined implements JoinedTransaction {
        private final Connection connection;
        private final TransactionBuffer buffer;
        private boolean asked;
        private Inside.@Nullable Stay stay;

        Joined(Connection connection) {
            this.connection = connection;
            this.buffer = buffer(connection);
        }

        @Override
        public Connection connection() {
            return buffer.connection();
        }

        @Override
        public PendingAppend append(Append append) {
            return buffer.append(append);
        }

        @Override
        public StreamRead read(StreamId stream) {
            return buffer.read(stream);
        }

        @Override
        public LogEvents read(EventQuery query) {
            return buffer.read(query);
        }

        @Override
        public List<Appended> beforeCommit() {
            if (asked) {
                throw new IllegalStateException("beforeCommit() was called before; its appends are stored once.");
            }
            asked = true;
            buffer.finish();
            List<Append> appends = buffer.appends();
            if (appends.isEmpty()) {
                return List.of();
            }
            Inside.Stay entered = inside.enter();
            try {
                List<Appended> appended = store(connection, appends);
                stay = entered;
                return appended;
            } finally {
                if (stay == null) {
                    entered.end();
                }
            }
        }

        @Override
        public void afterCompletion(boolean committed) {
            buffer.finish();
            if (stay != null) {
                stay.end();
                stay = null;
                if (committed) {
                    wake();
                }
            }
        }
    }
}
