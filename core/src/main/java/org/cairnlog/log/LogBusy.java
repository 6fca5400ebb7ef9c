// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.log;

import java.time.Duration;
import org.cairnlog.event.CairnException;
import org.jspecify.annotations.Nullable;

/** The log had no time for the call within its bound. Nothing was stored. Next move: call again later. */
public final class LogBusy extends CairnException {
    private static final long serialVersionUID = 1L;

    private final Duration waited;

    /**
     * With what stood in the way.
     *
     * @param blocker what stands in the way, for example the process that holds the lock
     * @param waited how long the call waited
     * @param cause the store's own error, or null
     */
    public LogBusy(String blocker, Duration waited, @Nullable Throwable cause) {
        super(
                "The log was busy for " + waited.toMillis() + " ms: " + blocker
                        + ". Nothing was stored; try again later.",
                cause);
        this.waited = waited;
    }

    /**
     * How long the call waited.
     *
     * @return the time from the call to this answer
     */
    public Duration waited() {
        return waited;
    }
}
