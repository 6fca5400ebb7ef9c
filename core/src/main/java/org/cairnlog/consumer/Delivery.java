// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.log.EventLog;
import org.jspecify.annotations.Nullable;

/** How events reach their handler, and how that is tied to the checkpoint. */
interface Delivery<E> {
    /** What is committed with the handling, or after it. */
    interface Commit {
        void alone();

        void in(Connection connection);
    }

    /** Fails if it does not work with a log. */
    void check(String name, EventLog log);

    /**
     * Hands out the events of some stored events, in order, and commits.
     *
     * @param events for each stored event what it has become; at least one
     * @param mayGoOn asked before each event
     * @throws Failed at a failure, or when it may not go on
     */
    void deliver(EventLog log, List<List<DecodedEvent<E>>> events, Commit commit, BooleanSupplier mayGoOn)
            throws Failed;

    /** Begins again from nothing. */
    void restart(EventLog log, Commit commit) throws Failed;

    /** Whether events that were handled before a failure stay handled. */
    boolean isDoneOneByOne();

    /** Whether the checkpoint may be written later than the events are handled. */
    boolean mayDeferCheckpoint();

    /** Handling ended before the end. */
    final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        /** Which of the stored events is at fault, from 0; -1 if that is unknown. */
        final int at;

        /** Null if nothing failed, and only the time is over. */
        final transient @Nullable Throwable reason;

        Failed(int at, @Nullable Throwable reason) {
            super(reason);
            this.at = at;
            this.reason = reason;
        }
    }
}
