// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import org.jspecify.annotations.Nullable;

/** Handling ended before the end. */
final class HandlingFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /** Which of the stored events is at fault, from 0; -1 if that is unknown. */
    final int at;

    /** Null if nothing failed, and only the time is over. */
    final transient @Nullable Throwable reason;

    HandlingFailed(int at, @Nullable Throwable reason) {
        super(reason);
        this.at = at;
        this.reason = reason;
    }
}
