// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * The transaction cannot see what others have committed since it began, so whether its beliefs are right cannot be
 * told, or the database gave it up for the sake of another one. Nothing was committed. Next move: do the whole
 * transaction again.
 */
public final class StaleTransaction extends CairnException {
    private static final long serialVersionUID = 1L;

    /**
     * With what makes it stale.
     *
     * @param why in a few words
     * @param cause the store's own error, or null
     */
    public StaleTransaction(String why, @Nullable Throwable cause) {
        super(
                "The transaction is stale: " + why + ". Nothing of it can be committed; do the whole transaction"
                        + " again.",
                cause);
    }
}
