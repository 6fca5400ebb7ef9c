// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.cairnlog.log.AlreadyAppended;
import org.cairnlog.log.Append;
import org.cairnlog.log.Appended;
import org.cairnlog.log.Cursor;
import org.cairnlog.log.DuplicateIds;
import org.cairnlog.log.JoinedTransaction;
import org.cairnlog.log.LogBusy;
import org.cairnlog.log.LogRead;
import org.cairnlog.log.LogUnavailable;
import org.cairnlog.log.StaleTransaction;
import org.cairnlog.log.TransactionOutcomeUnknown;
import org.jspecify.annotations.Nullable;

/** A transaction of a caller's on its own connection. The log's lock is taken by its last statement, not before. */
final class PostgresTransaction extends TransactionBuffer implements JoinedTransaction {
    private static final Duration SETTLING = Duration.ofSeconds(10);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Connection connection;
    private final PostgresLogs logs;
    private final PostgresSchema.Log log;
    private final @Nullable Inside inside;
    private final Runnable grown;
    private Inside.@Nullable Stay stay;
    private @Nullable Backend backend;
    private boolean sent;

    /** The server's process for the transaction. */
    private record Backend(int pid, String begun) {}

    /**
     * A transaction that is under way, or about to begin.
     *
     * @param inside entered from the last statement to the end, if somebody else commits
     * @param grown run when the transaction is durable
     */
    PostgresTransaction(
            PostgresLogs logs, PostgresSchema.Log log, Connection connection, @Nullable Inside inside, Runnable grown) {
        this(
                logs,
                log,
                connection,
                inside,
                grown,
                new PostgresSession(connection, logs.schema(), log, new PostgresNames(), true));
    }

    private PostgresTransaction(
            PostgresLogs logs,
            PostgresSchema.Log log,
            Connection connection,
            @Nullable Inside inside,
            Runnable grown,
            PostgresSession session) {
        super(
                BorrowedConnection.of(connection),
                read -> reading(() -> session.page(read)),
                query -> new LogRead(
                                read -> reading(() -> session.page(read)),
                                () -> Cursor.of(log.id(), Cursor.Place.START),
                                query)
                        .toList());
        this.connection = connection;
        this.logs = logs;
        this.log = log;
        this.inside = inside;
        this.grown = grown;
    }

    private interface Reading<T> {
        T run() throws SQLException;
    }

    private static <T> T reading(Reading<T> reading) {
        try {
            return reading.run();
        } catch (SQLException e) {
            throw PostgresErrors.translate(e, "a transaction");
        }
    }

    /** Begins the transaction, on a connection without autocommit. */
    void begin() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT pg_backend_pid(), now(),"
                        + " set_config('idle_in_transaction_session_timeout', ?, true)")) {
            statement.setString(1, Long.toString(logs.options().idleTimeout().toMillis()));
            statement.execute();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                backend = new Backend(row.getInt(1), row.getString(2));
            }
        }
    }

    /** Checks, stores and commits in one message. */
    List<Appended> commit() throws SQLException {
        if (appends().isEmpty()) {
            commitAlone();
            return List.of();
        }
        PostgresBatch batch = batch();
        PostgresBatch.Plan plan = batch.plan();
        if (plan.stored.size() < appends().size()) {
            connection.rollback();
            throw refusal(batch);
        }
        try {
            PostgresAppend.Result result = statement(connection)
                    .call(plan, PostgresAppend.Mode.COMMIT, logs.options().timeout());
            plan.succeed(result.facts());
            grown.run();
            return results(batch);
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e)) {
                return settled(e);
            }
            connection.rollback();
            if (PostgresErrors.is(e, PostgresErrors.NOT_AS_ASSUMED)) {
                throw refusal(batch);
            }
            throw refused(batch, plan, e);
        }
    }

    private void commitAlone() throws SQLException {
        // With a statement in front, because the driver says nothing if the database rolls back instead.
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1; COMMIT");
        } catch (SQLException e) {
            if (PostgresErrors.isConnectionLost(e)) {
                throw new TransactionOutcomeUnknown(List.of(), e);
            }
            throw refused(e);
        }
    }

    private RuntimeException refused(PostgresBatch batch, PostgresBatch.Plan plan, SQLException e) {
        return batch.refuseLabels(plan, e) ? wrong(batch, false).orElseGet(() -> refused(e)) : refused(e);
    }

    private RuntimeException refused(SQLException e) {
        if (PostgresErrors.isOfTheWork(e)) {
            return new IllegalStateException(
                    "The database refuses to commit what the block has done (" + e.getMessage()
                            + "). Nothing was committed.",
                    e);
        }
        if (PostgresErrors.isLocked(e)) {
            return busy(e);
        }
        return PostgresErrors.translate(e, "a transaction");
    }

    /** Names who holds the lock, as seen by a connection of the pool: this one's transaction has failed. */
    private LogBusy busy(@Nullable SQLException cause) {
        String holder;
        try (Connection other = logs.borrow()) {
            holder = PostgresHolder.named(other, logs.schema(), log.key());
            if (!other.getAutoCommit()) {
                other.rollback();
            }
        } catch (SQLException e) {
            holder = "another session holds the log's lock, and which one cannot be found out: " + e.getMessage();
        }
        return new LogBusy(holder, logs.options().timeout(), cause);
    }

    private PostgresBatch batch() {
        var batch = new PostgresBatch(log.id(), true);
        appends().forEach(batch::add);
        return batch;
    }

    private PostgresAppend statement(Connection on) {
        return new PostgresAppend(on, logs.schema(), log.key());
    }

    /** What the transaction is refused with, by facts read under the lock after it was rolled back. */
    private RuntimeException refusal(PostgresBatch batch) throws SQLException {
        PostgresBatch.Plan plan = batch.plan();
        PostgresAppend append = statement(connection);
        PostgresAppend.Result result = append.call(
                plan, PostgresAppend.Mode.LOOK_ISOLATED, logs.options().timeout());
        return refusal(batch, plan, append, result);
    }

    private RuntimeException refusal(
            PostgresBatch batch, PostgresBatch.Plan plan, PostgresAppend append, PostgresAppend.Result result)
            throws SQLException {
        if (result.outcome() == PostgresAppend.Outcome.BUSY) {
            return busy(null);
        }
        if (result.outcome() == PostgresAppend.Outcome.STALE) {
            return new StaleTransaction("others have appended since its snapshot was taken", null);
        }
        if (result.outcome() == PostgresAppend.Outcome.STORED) {
            plan.succeed(result.facts());
        } else {
            plan.refuse(result.facts(), append::places, false);
        }
        // Ids come first, those of every append.
        return wrong(batch, true)
                .or(() -> wrong(batch, false))
                .orElseGet(() -> new StaleTransaction("the log changed while it was checked", null));
    }

    private static Optional<RuntimeException> wrong(PostgresBatch batch, boolean onlyIds) {
        for (PostgresBatch.Entry entry : batch.entries()) {
            if (entry.isAnswered()) {
                try {
                    Appended appended = entry.result();
                    if (appended.repeated()) {
                        return Optional.of(new AlreadyAppended(appended));
                    }
                } catch (RuntimeException e) {
                    if (!onlyIds || e instanceof DuplicateIds) {
                        return Optional.of(e);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<Appended> results(PostgresBatch batch) {
        return batch.entries().stream().map(PostgresBatch.Entry::result).toList();
    }

    @Override
    public List<Appended> beforeCommit() {
        if (sent) {
            throw new IllegalStateException("What was buffered has been stored already, just before the commit.");
        }
        sent = true;
        finish();
        if (appends().isEmpty()) {
            return List.of();
        }
        if (inside != null) {
            stay = inside.enter();
        }
        boolean stored = false;
        try {
            List<Appended> appended = store(batch());
            stored = true;
            return appended;
        } finally {
            if (!stored) {
                leave();
            }
        }
    }

    private void leave() {
        if (stay != null) {
            stay.end();
            stay = null;
        }
    }

    private List<Appended> store(PostgresBatch batch) {
        PostgresBatch.Plan plan = batch.plan();
        PostgresAppend append = statement(connection);
        try {
            boolean whole = plan.stored.size() == appends().size();
            PostgresAppend.Result result = append.call(
                    plan,
                    whole ? PostgresAppend.Mode.APPEND : PostgresAppend.Mode.LOOK,
                    logs.options().timeout());
            if (whole && result.outcome() == PostgresAppend.Outcome.STORED) {
                plan.succeed(result.facts());
                return results(batch);
            }
            throw spoilt(refusal(batch, plan, append, result));
        } catch (SQLException e) {
            throw refused(batch, plan, e);
        }
    }

    /** Has the database refuse a commit of the owner's work without what was to be appended with it. */
    private RuntimeException spoilt(RuntimeException refusal) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DO $$BEGIN RAISE EXCEPTION 'the log has refused what this transaction appends, so it"
                    + " can only be rolled back'; END$$");
        } catch (SQLException e) {
            return refusal;
        }
        return refusal;
    }

    @Override
    public void afterCompletion(boolean committed) {
        finish();
        leave();
        if (committed) {
            grown.run();
        }
    }

    /**
     * Finds out what became of the commit: ends what is left of the old session, so that it cannot come later, and
     * looks whether the events are there.
     */
    private List<Appended> settled(SQLException lost) {
        long started = System.nanoTime();
        while (System.nanoTime() - started < SETTLING.toNanos()) {
            try (Connection other = logs.borrow()) {
                if (!other.getAutoCommit()) {
                    other.setAutoCommit(true);
                }
                if (isGone(other)) {
                    Optional<List<Appended>> stored = stored(other, appends());
                    if (stored.isPresent()) {
                        grown.run();
                        return stored.get();
                    }
                    throw new LogUnavailable(
                            "The connection was lost before the transaction was committed (" + lost.getMessage()
                                    + "). Nothing of it was stored; do it again.",
                            lost);
                }
            } catch (SQLException | LogBusy e) {
                lost.addSuppressed(e);
            }
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
        throw new TransactionOutcomeUnknown(appends(), lost);
    }

    private boolean isGone(Connection other) throws SQLException {
        Backend old = backend;
        if (old == null) {
            return false;
        }
        // A process that is younger than the transaction only has the same number.
        try (PreparedStatement query =
                other.prepareStatement("SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a"
                        + " WHERE a.pid = ? AND a.backend_start <= ?::timestamptz")) {
            query.setInt(1, old.pid());
            query.setString(2, old.begun());
            try (ResultSet rows = query.executeQuery()) {
                return !rows.next();
            }
        }
    }

    private Optional<List<Appended>> stored(Connection other, List<Append> appends) throws SQLException {
        List<Appended> all = new ArrayList<>();
        for (Append append : appends) {
            Optional<Appended> stored =
                    statement(other).stored(log.id(), append, logs.options().timeout());
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            Appended first = stored.get();
            all.add(new Appended(first.firstPosition(), first.cursor(), first.versions(), false));
        }
        return Optional.of(all);
    }
}
