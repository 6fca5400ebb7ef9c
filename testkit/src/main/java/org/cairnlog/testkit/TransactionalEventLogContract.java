// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.testkit;

import org.junit.jupiter.api.Nested;

/**
 * Everything that a {@link org.cairnlog.log.TransactionalEventLog} must do: the contracts of
 * {@link AtomicEventLogContract}, and those of transactions that hold the caller's own work in the same database.
 */
@SuppressWarnings("ClassCanBeStatic") // JUnit wants nested tests to be inner classes
public abstract class TransactionalEventLogContract extends AtomicEventLogContract {
    /**
     * Makes a new, empty log.
     *
     * @return a fixture that the caller closes
     * @throws Exception if that is not possible, so that the test fails
     */
    @Override
    protected abstract TransactionalLogFixture open() throws Exception;

    @Nested
    class Transactions extends TransactionsContract {
        @Override
        protected TransactionalLogFixture open() throws Exception {
            return TransactionalEventLogContract.this.open();
        }
    }

    @Nested
    class TransactionReads extends TransactionReadsContract {
        @Override
        protected TransactionalLogFixture open() throws Exception {
            return TransactionalEventLogContract.this.open();
        }
    }

    @Nested
    class JoinedTransactions extends JoinedTransactionsContract {
        @Override
        protected TransactionalLogFixture open() throws Exception {
            return TransactionalEventLogContract.this.open();
        }
    }
}
