// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.sql.Connection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.cairnlog.codec.DecodedEvent;
import org.cairnlog.log.EventLog;

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
     * @throws HandlingFailed at a failure, or when it may not go on
     */
    void deliver(EventLog log, List<List<DecodedEvent<E>>> events, Commit commit, BooleanSupplier mayGoOn)
            throws HandlingFailed;

    /** Begins again from nothing. */
    void restart(EventLog log, Commit commit) throws HandlingFailed;

    /**
     * Handles what is left, has readers see this generation, and commits.
     *
     * @throws HandlingFailed at -1 if readers could not be made to see it
     */
    void switchOver(EventLog log, Switchover<E> over) throws HandlingFailed, NotLevel;

    /** For a part of a consumer that is divided. */
    Delivery<E> inParts();

    /** Whether events that were handled before a failure stay handled. */
    boolean isDoneOneByOne();

    /** Whether the checkpoint may be written later than the events are handled. */
    boolean mayDeferCheckpoint();
}
