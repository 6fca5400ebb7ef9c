// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.cairnlog.consumer.ConsumerStore;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Committed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.Label;
import org.cairnlog.log.LogPage;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.cairnlog.log.StreamPage;
import org.cairnlog.log.StreamRead;
import org.cairnlog.log.TransactionBlock;
import org.cairnlog.log.TransactionalEventLog;
import org.jspecify.annotations.Nullable;

/** The log in a SQLite file: one thread writes in groups, readers have connections of their own. */
class SqliteEventLog implements TransactionalEventLog, SnapshotStore.Home, ConsumerStore.Home {
    private static final int READERS = 8;
    private static final Duration WRITER_PATIENCE = Duration.ofMillis(100);
    private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long RARE_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final SqliteFile file;
    private final UUID id;
    private final GroupCommit<SqliteAppends> writer;
    private final SqliteTransactions transactions;
    private final SqliteTurns turns;
    private final SqliteSnapshots snapshots;
    private final SqliteConsumerStore consumers;
    private final Semaphore readers = new Semaphore(READERS);
    private final ConcurrentLinkedDeque<SqliteSession> idle = new ConcurrentLinkedDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private long commits;
    private volatile boolean closed;

    SqliteEventLog(SqliteFile file, SqliteSession first) {
        this.file = file;
        this.id = first.id;
        idle.add(first);
        this.writer = new GroupCommit<>(
                "cairn-writer " + file.path().getFileName(),
                new Writer(),
                file.options().timeout());
        this.turns = new SqliteTurns();
        this.transactions = transactions(first.log, turns);
        this.snapshots = new SqliteSnapshots(this, file);
        this.consumers = new SqliteConsumerStore(file, first.log, turns);
    }

    SqliteTransactions transactions(long key, SqliteTurns turns) {
        return new SqliteTransactions(this, file, key, turns);
    }

    /** Makes a log of an open session. */
    interface Maker {
        SqliteEventLog make(SqliteFile file, SqliteSession first);
    }

    static SqliteEventLog open(SqliteFile file) {
        return open(file, SqliteEventLog::new);
    }

    static SqliteEventLog open(SqliteFile file, Maker maker) {
        file.prepare();
        try {
            SqliteSession first = file.session(file.options().timeout());
            try {
                file.checkUsable(first);
                return maker.make(file, first);
            } catch (SQLException | RuntimeException e) {
                first.close();
                throw e;
            }
        } catch (SQLException e) {
            throw file.translate(e);
        }
    }

    /** The writer's side: its own connection, opened again after an error that was not the data's. */
    private final class Writer implements GroupCommit.Store<SqliteAppends> {
        private @Nullable SqliteSession session;
        private @Nullable SqliteAppends appends;

        @Override
        public boolean begin() throws SQLException {
            SqliteSession current = session;
            if (current == null) {
                current = file.session(WRITER_PATIENCE);
                current.connection.waitWith(turns.new Waiter(WRITER_PATIENCE, false));
                session = current;
                appends = new SqliteAppends(current, file.options().clock());
            }
            turns.giveWay();
            if (!current.connection.beginWriting()) {
                return false;
            }
            try {
                if (session().beginNext()) {
                    file.checkUsable(current);
                }
                return true;
            } catch (SQLException | RuntimeException e) {
                rollback();
                throw e;
            }
        }

        @Override
        public SqliteAppends session() {
            if (appends == null) {
                throw new IllegalStateException("No transaction has begun.");
            }
            return appends;
        }

        @Override
        public boolean commit() throws SQLException {
            if (session != null) {
                session.connection.commit();
            }
            return true;
        }

        @Override
        public void rollback() {
            SqliteSession current = session;
            if (current != null) {
                current.connection.rollback();
                // A connection that has failed once is not trusted again.
                SqliteEventLog.close(current);
                session = null;
            }
        }

        @Override
        public String blocker() {
            return file.blocker();
        }

        @Override
        public boolean nothingStored(SQLException failure) {
            return SqliteFile.nothingStored(failure);
        }

        @Override
        public CairnException translate(SQLException failure) {
            return file.translate(failure);
        }

        @Override
        public void committed() {
            wake();
        }

        @Override
        public void close() {
            if (session != null) {
                SqliteEventLog.close(session);
                session = null;
            }
        }
    }

    /** Lets those who wait for growth look again. */
    void wake() {
        lock.lock();
        try {
            commits++;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    static void close(SqliteSession session) {
        try {
            session.close();
        } catch (SQLException e) {
            // Nothing is lost: what was committed is durable, and SQLite recovers the rest at the next opening.
            return;
        }
    }

    @Override
    public Appended append(Append append) {
        transactions.checkOutside();
        return writer.submit(
                appends -> appends.append(append),
                append.events().size(),
                append.size(),
                cause -> new OutcomeUnknown(append, cause));
    }

    @Override
    public void label(StreamId stream, String name, String value) {
        Label.check(name, value);
        transactions.checkOutside();
        writer.submit(appends -> appends.label(stream, name, value), 1, value.length(), labelUnknown(stream));
    }

    @Override
    public void unlabel(StreamId stream, String name) {
        Label.check(name, "");
        transactions.checkOutside();
        writer.submit(appends -> appends.unlabel(stream, name), 1, 0, labelUnknown(stream));
    }

    private static Function<@Nullable Throwable, CairnException> labelUnknown(StreamId stream) {
        return cause -> new LogUnavailable(
                "Whether the labels of " + stream + " were changed is unknown. Change them again.", cause);
    }

    @Override
    public <T extends @Nullable Object, E extends Exception> Committed<T> commit(TransactionBlock<T, E> block)
            throws E {
        checkOpen();
        return transactions.commit(block);
    }

    @Override
    public JoinedTransaction join(Connection connection) {
        checkOpen();
        return transactions.join(connection);
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public ConsumerStore consumers() {
        return consumers;
    }

    @Override
    public Optional<Appended> stored(Append append) {
        return read(session -> new SqliteAppends(session, file.options().clock()).repeatOf(append));
    }

    /** Something to read within one state of the file. */
    interface Reading<T> {
        T from(SqliteSession session) throws SQLException;
    }

    <T> T read(Reading<T> reading) {
        checkOpen();
        readers.acquireUninterruptibly();
        SqliteSession session = idle.poll();
        boolean sound = false;
        try {
            if (session == null) {
                session = file.session(file.options().timeout());
            }
            session.connection.beginReading();
            try {
                T result = reading.from(session);
                sound = true;
                return result;
            } catch (CairnException | IllegalArgumentException e) {
                sound = true;
                throw e;
            } catch (RuntimeException e) {
                throw SqliteEntries.damage("what it keeps makes no sense: " + e, e);
            } finally {
                session.connection.rollback();
            }
        } catch (SQLException e) {
            throw file.translate(e);
        } finally {
            if (session != null && sound && !closed) {
                idle.push(session);
            } else if (session != null) {
                close(session);
            }
            readers.release();
        }
    }

    void checkOpen() {
        if (closed) {
            throw new LogUnavailable("The log is closed. Open it again, or stop using it.", null);
        }
    }

    @Override
    public StreamPage page(StreamRead read) {
        return read(session -> session.page(read));
    }

    @Override
    public LogPage page(LogRead read) {
        return read(session -> session.page(read));
    }

    @Override
    public List<StreamInfo> page(StreamListing listing) {
        return read(session -> session.page(listing));
    }

    @Override
    public HistoryPage history(Cursor after) {
        return read(session -> session.history(after));
    }

    @Override
    public Optional<StreamInfo> stream(StreamId stream) {
        return read(session -> session.info(stream));
    }

    @Override
    public LogStatus status() {
        return writer.status(LogStatus.WakeUp.POLLING, null);
    }

    @Override
    public Cursor beginning() {
        checkOpen();
        return Cursor.of(id, Cursor.Place.START);
    }

    @Override
    public Cursor head() {
        return read(session -> session.cursor(session.head()));
    }

    @Override
    public Cursor cursorAt(long position) {
        return read(session -> {
            long last = session.head().position();
            if (position < 0 || position > last) {
                throw new IllegalArgumentException("The log has no position " + position + "; its positions go from 0"
                        + " (before the first event) to " + last + ".");
            }
            return session.cursor(position);
        });
    }

    @Override
    public boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException {
        long position = read(session -> session.position(seen));
        long deadline = System.nanoTime() + Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
        long pause = firstLookNanos();
        while (true) {
            long known = commits();
            if (read(session -> session.head().position()) > position) {
                return true;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            // Other processes do not signal, so look again now and then.
            awaitCommit(known, Math.min(left, pause));
            pause = Math.max(pause, Math.min(pause * 2, RARE_LOOK_NANOS));
        }
    }

    /** How long a waiter rests before it looks for what nobody has told it of. */
    long firstLookNanos() {
        return FIRST_LOOK_NANOS;
    }

    private long commits() {
        lock.lock();
        try {
            return commits;
        } finally {
            lock.unlock();
        }
    }

    private void awaitCommit(long known, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (commits == known && !closed && left > 0) {
                left = grown.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        writer.close();
        closed = true;
        consumers.close();
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        snapshots.close();
        for (SqliteSession session = idle.poll(); session != null; session = idle.poll()) {
            close(session);
        }
    }
}
