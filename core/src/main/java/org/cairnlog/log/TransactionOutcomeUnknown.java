// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.util.List;
import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * The commit of a transaction was under way when something broke, and nobody can tell yet whether it was done. Next
 * move: ask {@link TransactionalEventLog#stored} for one of {@link #appends}; the appends are stored if and only if the
 * caller's own work is. Do the work again only with the same event ids, so that it cannot be done twice.
 */
public final class TransactionOutcomeUnknown extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient List<Append> appends;

    /**
     * With what was to be stored.
     *
     * @param appends in order
     * @param cause what broke
     */
    public TransactionOutcomeUnknown(List<Append> appends, @Nullable Throwable cause) {
        super(
                "Whether the transaction with " + appends.size() + " appends was committed is unknown"
                        + (cause == null ? "" : " (" + cause.getMessage() + ")")
                        + ". Ask whether one of its appends is stored.",
                cause);
        this.appends = List.copyOf(appends);
    }

    /**
     * What was to be stored with the work.
     *
     * @return in order, ids included; none if the work appended nothing
     */
    public List<Append> appends() {
        return appends;
    }
}
