// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/**
 * The append was under way when something broke, and nobody can tell whether it is stored. Next move: give
 * this exception to {@link EventLog#repeat}; if the append was stored, that returns the first result and adds nothing.
 */
public final class OutcomeUnknown extends CairnException {
    private static final long serialVersionUID = 1L;

    private final transient Append append;

    /**
     * With what to repeat.
     *
     * @param append the append as it was
     * @param cause what broke
     */
    public OutcomeUnknown(Append append, @Nullable Throwable cause) {
        super(
                "Whether the append of " + append.events().size() + " events is stored is unknown"
                        + (cause == null ? "" : " (" + cause.getMessage() + ")")
                        + ". Repeat the same append: it is stored once in either case.",
                cause);
        this.append = append;
    }

    /**
     * The append as it was, ids included.
     *
     * @return what to repeat
     */
    public Append append() {
        return append;
    }
}
