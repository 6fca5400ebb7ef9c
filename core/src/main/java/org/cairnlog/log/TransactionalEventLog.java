// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.sql.Connection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A log whose appends can be committed together with the caller's own work in the same database: both or neither.
 *
 * <p>An append inside a transaction waits in a buffer. No table of the log is touched, and nobody waits for the
 * transaction, until the caller's work is done; then one statement checks and stores what was buffered, and the commit
 * follows at once. So versions are known early only where the belief is exact, positions are known after the commit,
 * and conflicts come from it.
 */
public interface TransactionalEventLog extends AtomicEventLog {
    /**
     * Prepares work to be done in one transaction. Nothing happens before {@link InTransaction#run}.
     *
     * {@snippet :
     * long id = log.inTransaction(tx -> {
     *     long transfer = insertTransfer(tx.connection(), 5);
     *     tx.append(account, exactly(7), withdrawn);
     *     return transfer;
     * }).retryingConflicts(3).run().value();
     * }
     *
     * @param block the work; it runs again from its beginning if it is retried
     * @param <T> what the work returns
     * @param <E> what the work may throw besides unchecked exceptions
     * @return the work, to be run
     */
    default <T extends @Nullable Object, E extends Exception> InTransaction<T, E> inTransaction(
            TransactionBlock<T, E> block) {
        return new InTransaction<>(this, block, 0);
    }

    /**
     * Does the work once, in a transaction of its own, at READ COMMITTED where the database has levels; what
     * {@link InTransaction#run} repeats, and for stores.
     *
     * @param block the work
     * @param <T> what the work returns
     * @param <E> what the work may throw besides unchecked exceptions
     * @return its value and what was appended
     * @throws E what the work threw; everything is rolled back
     * @throws Conflict if a belief is wrong; everything is rolled back
     * @throws AlreadyAppended if an append of the block is stored already; everything is rolled back
     * @throws StaleTransaction if the transaction could not see what others have committed meanwhile, or the database
     *     gave it up for the sake of another one; everything is rolled back
     * @throws TransactionOutcomeUnknown if nobody can tell whether the transaction was committed
     * @throws LogBusy if the log had no time for it; everything is rolled back
     * @throws AppendInterrupted if the thread was interrupted while the transaction waited for the log; everything is
     *     rolled back
     * @throws IllegalStateException if this thread is inside a transaction of this log already, or the database refuses
     *     to commit the work, for example by a constraint that it checks at the end; everything is rolled back
     */
    <T extends @Nullable Object, E extends Exception> Committed<T> commit(TransactionBlock<T, E> block) throws E;

    /**
     * Joins a transaction that somebody else commits, for example a framework, and that tells when it is about to. The
     * caller must call {@link JoinedTransaction#beforeCommit} as the last thing before the commit, and
     * {@link JoinedTransaction#afterCompletion} after it.
     *
     * @param connection with a transaction under way; not committed, closed or changed by the log
     * @return what appends are buffered in; for use by one thread
     * @throws IllegalArgumentException if the connection is not to the log's database, or commits each statement by
     *     itself
     * @throws IllegalStateException if this thread is inside a transaction of this log already
     */
    JoinedTransaction join(Connection connection);

    /**
     * Appends in a transaction whose commit the log cannot wait for. The log is locked from here until the owner of the
     * connection commits or rolls back, and every other append waits as long: make it the last statement. Prefer
     * {@link #inTransaction}, or {@link #join} where the commit can be hooked.
     *
     * @param connection with a transaction under way
     * @param append what to store and what is believed
     * @return where it will be once the owner commits
     * @throws Conflict if a belief is wrong; the transaction can only be rolled back
     * @throws AlreadyAppended if it is stored already; the transaction can only be rolled back
     * @throws StaleTransaction if the transaction's snapshot is older than the log; the transaction can only be rolled
     *     back
     * @throws LogBusy if the log had no time for it; the transaction can only be rolled back
     */
    default Appended appendAndHoldLockUntilCommit(Connection connection, Append append) {
        JoinedTransaction joined = join(connection);
        try {
            joined.append(append);
            return joined.beforeCommit().getFirst();
        } finally {
            // The commit is not seen here, so nobody is woken by it: readers of this process look again in a moment.
            joined.afterCompletion(false);
        }
    }

    /**
     * Where an append is, if it is stored; to settle a {@link TransactionOutcomeUnknown}.
     *
     * @param append the append as it was
     * @return its first result; empty if none of its ids is taken
     * @throws DuplicateIds if an id is taken, but by another append
     */
    Optional<Appended> stored(Append append);
}
