// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;

/**
 * A transaction that somebody else commits; see {@link TransactionalEventLog#join}. For use by one thread.
 */
public interface JoinedTransaction extends LogTransaction {
    /**
     * Checks and stores what was buffered. From here on the log is locked until the transaction ends, so the commit
     * must follow at once.
     *
     * @return where the appends will be once the transaction is committed, in order
     * @throws Conflict if a belief is wrong; the transaction can only be rolled back
     * @throws AlreadyAppended if an append is stored already; the transaction can only be rolled back
     * @throws StaleTransaction if the transaction's snapshot is older than the log; it can only be rolled back
     * @throws LogBusy if the log had no time for it; the transaction can only be rolled back
     * @throws IllegalStateException if it was called before
     */
    List<Appended> beforeCommit();

    /**
     * Tells that the transaction has ended.
     *
     * @param committed true if its work is durable, so that those who wait for events look again
     */
    void afterCompletion(boolean committed);
}
