// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.consumer.ConsumerStore;
import org.cairnlog.decider.SnapshotStore;
import org.cairnlog.event.CairnException;
import org.cairnlog.event.Limits;
import org.cairnlog.event.StreamId;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Committed;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.HistoryPage;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.Label;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogPage;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.LogStatus;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.LogUnusable;
import org.cairnlog.log.NoSuchStream;
import org.cairnlog.log.OutcomeUnknown;
import org.cairnlog.log.StreamDeleted;
import org.cairnlog.log.StreamInfo;
import org.cairnlog.log.StreamListing;
import org.cairnlog.log.StreamPage;
import org.cairnlog.log.StreamRead;
import org.cairnlog.log.TransactionBlock;
import org.cairnlog.log.TransactionalEventLog;
import org.jspecify.annotations.Nullable;

/** A log in PostgreSQL: appends of this node go to the database in batches, one statement and one commit each. */
final class PostgresEventLog implements TransactionalEventLog, SnapshotStore.Home, ConsumerStore.Home {
    // How long one statement waits for the log's lock; between two the callers whose time is over are answered.
    private static final Duration LOCK_PATIENCE = Duration.ofMillis(250);
    private static final Duration LONG_HELD = Duration.ofMillis(200);
    private static final Duration STATUS_PATIENCE = Duration.ofMillis(700);
    private static final Duration SETTLING = Duration.ofSeconds(10);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final PostgresLogs logs;
    private final PostgresSchema schema;
    private final PostgresSchema.Log log;
    private final String name;
    private final boolean ownsLogs;
    private final GroupCommit<PostgresBatch> writer;
    private final PostgresGrowth growth;
    private final PostgresConsumerStore consumers;
    private final PostgresNames names = new PostgresNames();
    private final Inside inside = new Inside();
    private volatile boolean closed;

    PostgresEventLog(PostgresLogs logs, String name, PostgresSchema.Log log, boolean ownsLogs) {
        if (log.restoring()) {
            throw new LogUnusable(
                    "The log \"" + name + "\" is being restored, and the restore is not complete. Finish it, or begin"
                            + " again with an empty log.",
                    null);
        }
        this.logs = logs;
        this.schema = logs.schema();
        this.log = log;
        this.name = name;
        this.ownsLogs = ownsLogs;
        this.writer = new GroupCommit<>(
                "cairn-writer " + name, new Writer(), logs.options().timeout());
        this.growth = new PostgresGrowth(this, logs.wakeUp(), log.key());
        this.consumers = new PostgresConsumerStore(logs, log.key(), "the log \"" + name + "\"", this::checkOpen);
    }

    /** The writer's side: sends a batch in one statement, which is a transaction of its own. */
    private final class Writer implements GroupCommit.Store<PostgresBatch> {
        private PostgresBatch batch = new PostgresBatch(log.id(), false);
        private String blocker = "";
        private boolean reached;
        // What went wrong when the batch was sent and nobody knows whether it was stored.
        private @Nullable SQLException lost;
        private PostgresAppend.Mode mode = PostgresAppend.Mode.APPEND;
        private final PostgresMemory memory = new PostgresMemory();

        @Override
        public boolean begin() {
            lost = null;
            batch = new PostgresBatch(log.id(), false);
            return true;
        }

        @Override
        public PostgresBatch session() {
            return batch;
        }

        @Override
        public boolean commit() throws SQLException {
            long started = System.nanoTime();
            while (!commitAtOnce()) {
                if (lost == null) {
                    return false;
                }
                if (closed || System.nanoTime() - started > SETTLING.toNanos()) {
                    throw lost;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
            return true;
        }

        @Override
        public boolean commitAtOnce() throws SQLException {
            try {
                boolean done = send();
                if (!done && lost != null) {
                    // Perhaps it is the lost session that holds the lock, and stores the batch yet.
                    writer.obstacle(blocker);
                }
                return done;
            } catch (SQLException e) {
                memory.forget();
                boolean again = reached ? PostgresErrors.isConnectionLost(e) : lost != null;
                if (!again) {
                    throw e;
                }
                // Whether the batch is stored is found out by sending it again: its ids are known then.
                lost = lost == null ? e : lost;
                writer.error(e);
                writer.obstacle("the connection to the database is lost (" + e.getMessage() + ")");
                logs.rest();
                return false;
            }
        }

        private boolean send() throws SQLException {
            reached = false;
            OwnConnection connection = logs.writer(LOCK_PATIENCE.toNanos());
            reached = true;
            if (connection == null) {
                blocker = "other logs of the schema use all connections for writing";
                return false;
            }
            boolean sound = false;
            try {
                boolean done = store(connection.connection());
                sound = true;
                return done;
            } catch (SQLException e) {
                sound = !PostgresErrors.isConnectionLost(e);
                throw e;
            } finally {
                logs.giveBack(connection, sound);
            }
        }

        private PostgresAppend.Result send(PostgresAppend append, PostgresBatch.Plan plan) throws SQLException {
            if (plan.stored.isEmpty()) {
                return append.call(plan, PostgresAppend.Mode.LOOK_ISOLATED, LOCK_PATIENCE);
            }
            return mode == PostgresAppend.Mode.APPEND && plan.isKnown()
                    ? append.callKnown(plan)
                    : append.call(plan, mode, LOCK_PATIENCE);
        }

        private boolean store(Connection connection) throws SQLException {
            memory.on(connection);
            var append = new PostgresAppend(connection, schema, log.key());
            while (true) {
                if (batch.open().isEmpty()) {
                    return true;
                }
                PostgresBatch.Plan plan = batch.plan(memory);
                PostgresAppend.Result result;
                try {
                    result = send(append, plan);
                } catch (SQLException e) {
                    if (batch.refuseLabels(plan, e)) {
                        return true;
                    }
                    if (!PostgresErrors.isLocked(e)) {
                        throw e;
                    }
                    blocker = PostgresHolder.named(connection, schema, log.key());
                    return false;
                }
                switch (result.outcome()) {
                    case STALE -> mode = PostgresAppend.Mode.APPEND_ISOLATED;
                    case BUSY -> {
                        blocker = PostgresHolder.named(connection, schema, log.key());
                        return false;
                    }
                    case STORED -> {
                        memory.learn(plan, result);
                        plan.succeed(result.facts());
                        return true;
                    }
                    case REFUSED -> {
                        memory.learn(plan, result);
                        plan.refuse(result.facts(), append::places, lost != null);
                    }
                    case DOUBTED -> memory.doubt();
                }
            }
        }

        @Override
        public void rollback() {
            // A statement that failed has left nothing.
        }

        @Override
        public String blocker() {
            return blocker;
        }

        @Override
        public boolean nothingStored(SQLException failure) {
            return lost == null;
        }

        @Override
        public boolean concernsAll(SQLException failure) {
            return !reached;
        }

        @Override
        public CairnException translate(SQLException failure) {
            return PostgresErrors.translate(failure, "the log \"" + name + "\"");
        }

        @Override
        public void committed() {
            growth.grown();
        }

        @Override
        public void close() {
            logs.rest();
        }
    }

    private Optional<PostgresHolder> holder(Connection connection) throws SQLException {
        return PostgresHolder.of(connection, schema, log.key());
    }

    @Override
    public Appended append(Append append) {
        inside.check();
        checkOpen();
        return writer.submit(
                        batch -> batch.add(append),
                        append.events().size(),
                        append.size(),
                        cause -> new OutcomeUnknown(append, cause))
                .result();
    }

    @Override
    public <T extends @Nullable Object, E extends Exception> Committed<T> commit(TransactionBlock<T, E> block)
            throws E {
        Inside.Stay stay = inside.enter();
        var work = new Once<>(block);
        try {
            Connection connection = logs.borrow();
            boolean autoCommit = connection.getAutoCommit();
            try {
                connection.setAutoCommit(false);
                return commit(work, connection);
            } catch (Throwable e) {
                PostgresTransactions.rollback(connection, e);
                throw e;
            } finally {
                giveBack(connection, autoCommit);
            }
        } catch (SQLException e) {
            work.rethrow();
            throw translated(e);
        } finally {
            stay.end();
        }
    }

    /** Whatever goes wrong here, what was committed is committed. */
    private static void giveBack(Connection connection, boolean autoCommit) {
        try {
            if (!connection.isClosed()) {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException e) {
            // Whoever takes it back sees that it is broken.
            PostgresLogs.close(connection);
            return;
        }
        PostgresLogs.close(connection);
    }

    /** A caller's block, whose own exceptions are the caller's business. */
    private static final class Once<T extends @Nullable Object, E extends Exception> {
        private final TransactionBlock<T, E> block;
        private @Nullable Exception thrown;

        Once(TransactionBlock<T, E> block) {
            this.block = block;
        }

        T run(PostgresTransaction transaction) throws E {
            try {
                return block.run(transaction);
            } catch (Exception e) {
                thrown = e;
                throw e;
            }
        }

        /** Throws again what the block has thrown, unless the database has ended the transaction. */
        @SuppressWarnings("unchecked") // a block throws nothing else
        void rethrow() throws E {
            if (thrown instanceof SQLException e && PostgresErrors.isStale(e)) {
                return;
            }
            if (thrown != null) {
                throw (E) thrown;
            }
        }
    }

    private <T extends @Nullable Object, E extends Exception> Committed<T> commit(
            Once<T, E> work, Connection connection) throws E, SQLException {
        checkOpen();
        var transaction = new PostgresTransaction(logs, log, connection, null, growth::grown);
        transaction.begin();
        T value = work.run(transaction);
        transaction.finish();
        return new Committed<>(value, transaction.commit());
    }

    @Override
    public JoinedTransaction join(Connection connection) {
        checkOpen();
        inside.check();
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalArgumentException("The connection commits each statement by itself, so there is no"
                        + " transaction to join; turn auto-commit off first.");
            }
        } catch (SQLException e) {
            throw translated(e);
        }
        return new PostgresTransaction(logs, log, connection, inside, growth::grown);
    }

    @Override
    public SnapshotStore snapshots() {
        return new PostgresSnapshots(this, schema, log.key());
    }

    @Override
    public ConsumerStore consumers() {
        return consumers;
    }

    @Override
    public Optional<Appended> stored(Append append) {
        inside.check();
        return run(connection -> new PostgresAppend(connection, schema, log.key())
                .stored(log.id(), append, logs.options().timeout()));
    }

    @Override
    public void label(StreamId stream, String label, String value) {
        Label.check(label, value);
        changeLabel(stream, label, value);
    }

    @Override
    public void unlabel(StreamId stream, String label) {
        Label.check(label, "");
        changeLabel(stream, label, null);
    }

    private void changeLabel(StreamId stream, String label, @Nullable String value) {
        inside.check();
        run(connection -> {
            try {
                return changeLabel(connection, stream, label, value);
            } catch (SQLException e) {
                if (PostgresErrors.isLocked(e)) {
                    throw new LogBusy(
                            PostgresHolder.named(connection, schema, log.key()),
                            logs.options().timeout(),
                            e);
                }
                throw e;
            }
        });
    }

    private long changeLabel(Connection connection, StreamId stream, String label, @Nullable String value)
            throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement(schema.of("SELECT set_config('lock_timeout', ?, true);"
                        + " SELECT outcome, version FROM \"cairn\".label_1(?, ?, ?, ?, ?, ?)"))) {
            call.setString(1, PostgresAppend.millis(logs.options().timeout()) + "ms");
            call.setInt(2, log.key());
            call.setString(3, stream.category());
            call.setString(4, stream.id());
            call.setString(5, label);
            if (value == null) {
                call.setNull(6, Types.VARCHAR);
            } else {
                call.setString(6, value);
            }
            call.setInt(7, Limits.STANDARD.labels());
            call.execute();
            call.getMoreResults();
            try (ResultSet row = call.getResultSet()) {
                row.next();
                long number = row.getLong(2);
                switch (row.getString(1)) {
                    case "none" -> throw new NoSuchStream(stream);
                    case "deleted" -> throw new StreamDeleted(stream, number);
                    case "full" -> Label.checkCount(stream, (int) number + 1);
                    default -> {}
                }
                return number;
            }
        }
    }

    /** Something to do on a connection of the pool. */
    interface Action<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** Something to read. */
    private interface Reading<T extends @Nullable Object> {
        T from(PostgresSession session) throws SQLException;
    }

    private <T extends @Nullable Object> T read(Reading<T> reading) {
        Action<T> action = connection -> reading.from(new PostgresSession(connection, schema, log, names, false));
        try {
            return once(action);
        } catch (SQLException e) {
            if (!PostgresErrors.isConnectionLost(e) || Thread.currentThread().isInterrupted()) {
                throw translated(e);
            }
        }
        // A pool may hand out a connection that has died since; reading again is harmless.
        return run(action);
    }

    <T extends @Nullable Object> T run(Action<T> action) {
        try {
            return once(action);
        } catch (SQLException e) {
            throw translated(e);
        }
    }

    private CairnException translated(SQLException e) {
        return PostgresErrors.translate(e, "the log \"" + name + "\"");
    }

    private <T extends @Nullable Object> T once(Action<T> action) throws SQLException {
        checkOpen();
        try (Connection connection = logs.borrow()) {
            boolean autoCommit = connection.getAutoCommit();
            if (!autoCommit) {
                connection.setAutoCommit(true);
            }
            try {
                return action.on(connection);
            } finally {
                if (!autoCommit && !connection.isClosed()) {
                    connection.setAutoCommit(false);
                }
            }
        }
    }

    private void checkOpen() {
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
        PostgresWakeUp wakeUp = logs.wakeUp();
        LogStatus.WakeUp how = wakeUp.isListening() ? LogStatus.WakeUp.LISTENING : LogStatus.WakeUp.POLLING;
        LogStatus status = writer.status(how, wakeUp.problem());
        // Not on this thread: a network that stands still must not keep the status from those who ask why.
        var asked = new FutureTask<>(() -> once(this::holder));
        Thread.startVirtualThread(asked);
        try {
            return asked.get(STATUS_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .filter(holder -> holder.keepsWaiting(LONG_HELD))
                    .map(holder -> status.blockedBy(holder.toString()))
                    .orElse(status);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException refused) {
                return status.withError("the database cannot be asked: " + refused.getMessage());
            }
            throw e.getCause() instanceof CairnException closed ? closed : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            asked.cancel(true);
            return status.withError(
                    "the database cannot be asked: no answer came within " + STATUS_PATIENCE.toMillis() + " ms");
        } catch (InterruptedException e) {
            asked.cancel(true);
            Thread.currentThread().interrupt();
            return status;
        }
    }

    @Override
    public UUID id() {
        return log.id();
    }

    @Override
    public Cursor beginning() {
        checkOpen();
        return Cursor.of(log.id(), Cursor.Place.START);
    }

    @Override
    public Cursor head() {
        return read(PostgresSession::head);
    }

    @Override
    public Cursor cursorAt(long position) {
        Cursor cursor = read(session -> session.cursorAt(position));
        if (cursor == null) {
            throw new IllegalArgumentException("The log has no position " + position + "; its positions go from 0"
                    + " (before the first event) to "
                    + head().places().getFirst().position() + ".");
        }
        return cursor;
    }

    @Override
    public boolean awaitGrowth(Cursor seen, Duration timeout) throws InterruptedException {
        try {
            long looks = growth.looks();
            long head = read(session -> session.headPosition(seen));
            long position = seen.places().getFirst().position();
            return head > position || growth.await(position, head, looks, timeout);
        } catch (LogUnavailable e) {
            // Interrupting a virtual thread closes the socket that it reads from.
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    /** The position of the head, for those who wait. */
    long headPosition() {
        return head().places().getFirst().position();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        writer.close();
        closed = true;
        growth.close();
        if (ownsLogs) {
            logs.close();
        }
    }
}
