// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.jspecify.annotations.Nullable;

/**
 * Work that is done in one transaction with what it appends.
 *
 * @param <T> what it returns
 * @param <E> what it may throw besides unchecked exceptions
 */
@FunctionalInterface
public interface TransactionBlock<T extends @Nullable Object, E extends Exception> {
    /**
     * Does the work. It may run more than once, each time in a new transaction; what it does elsewhere is not undone.
     *
     * @param transaction the transaction; of no use after the return
     * @return the value for the caller
     * @throws E to roll back
     */
    T run(LogTransaction transaction) throws E;
}
