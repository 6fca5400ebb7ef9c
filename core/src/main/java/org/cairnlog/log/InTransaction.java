// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Work that waits to be run in one transaction with what it appends. Immutable.
 *
 * @param <T> what the work returns
 * @param <E> what the work may throw besides unchecked exceptions
 */
public final class InTransaction<T extends @Nullable Object, E extends Exception> {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int DOUBLINGS = 6;

    private final TransactionalEventLog log;
    private final TransactionBlock<T, E> block;
    private final int retries;

    InTransaction(TransactionalEventLog log, TransactionBlock<T, E> block, int retries) {
        this.log = log;
        this.block = block;
        this.retries = retries;
    }

    /**
     * Does the whole work again, in a new transaction, if it met a {@link Conflict} or was a {@link StaleTransaction}.
     *
     * @param times how often at most, besides the first time; 0 or more
     * @return the work with that patience
     * @throws IllegalArgumentException if the number is negative
     */
    public InTransaction<T, E> retryingConflicts(int times) {
        if (times < 0) {
            throw new IllegalArgumentException("Work cannot be retried " + times + " times; say 0 or more.");
        }
        return new InTransaction<>(log, block, times);
    }

    /**
     * Does the work and commits it.
     *
     * @return its value and what was appended
     * @throws E what the work threw; everything is rolled back
     * @throws Conflict if a belief was wrong the last time too; everything is rolled back
     * @throws AlreadyAppended if an append of the work is stored already; everything is rolled back
     * @throws StaleTransaction as {@link TransactionalEventLog#commit}, the last time too; everything is rolled back
     * @throws TransactionOutcomeUnknown if nobody can tell whether the work was committed
     * @throws LogBusy if the log had no time for it; everything is rolled back
     * @throws AppendInterrupted as {@link TransactionalEventLog#commit}; everything is rolled back
     * @throws IllegalStateException as {@link TransactionalEventLog#commit}; everything is rolled back
     */
    public Committed<T> run() throws E {
        for (int failed = 0; ; failed++) {
            try {
                return log.commit(block);
            } catch (Conflict | StaleTransaction e) {
                if (failed >= retries) {
                    throw e;
                }
            }
            // Rivals that met once would meet again in step.
            long pause = FIRST_PAUSE_NANOS << Math.min(failed, DOUBLINGS);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(pause));
        }
    }
}
