// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import org.cairnlog.event.CairnException;

/**
 * The calling thread was interrupted before the append was under way, and the append was withdrawn. Nothing was stored.
 * The thread's interrupt flag is set. Next move: stop, as the interrupt asks.
 */
public final class AppendInterrupted extends CairnException {
    private static final long serialVersionUID = 1L;

    /** The append was withdrawn. */
    public AppendInterrupted() {
        super(
                "The thread was interrupted while its append waited. The append was withdrawn; nothing was stored.",
                null);
    }
}
