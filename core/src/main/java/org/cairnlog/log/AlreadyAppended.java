// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;

/**
 * A transaction holds an append that is stored already, so the caller's own work has been done before too. Nothing was
 * committed. Next move: take {@link #first} for the result; do not do the work again.
 */
public final class AlreadyAppended extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient Appended first;

    /**
     * With the first result.
     *
     * @param first where the append is
     */
    public AlreadyAppended(Appended first) {
        super(
                "The append is stored already, from position " + first.firstPosition()
                        + " on. Nothing of this transaction was committed, or its own work would have been done twice;"
                        + " take the first result.",
                null);
        this.first = first;
    }

    /**
     * Where the append is.
     *
     * @return the result that the first transaction had
     */
    public Appended first() {
        return first;
    }
}
