// SPDX-License-Identifier: Apache-2.0
package org.cairnlog.consumer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.cairnlog.log.Cursor;

/**
 * What a consumer does, since when and why.
 *
 * @param name the consumer
 * @param state what it does
 * @param since from when on, by the log's clock
 * @param why the reason; empty if there is nothing to say
 * @param cursor its committed checkpoint; empty if there is none yet
 * @param lag how many places of the log it has not passed yet, those that it does not want included
 * @param lagTime how long ago the first of them was recorded; zero if there is none
 * @param rate how many events it handles in a second
 * @param holder who runs it; empty if nobody does
 * @param parked how many events are parked, those behind others included
 * @param skipped how many events were skipped
 * @param active whether its effects count; false for a generation of a read model that readers do not see
 */
public record ConsumerStatus(
        String name,
        State state,
        Instant since,
        String why,
        Optional<Cursor> cursor,
        long lag,
        Duration lagTime,
        double rate,
        Optional<String> holder,
        long parked,
        long skipped,
        boolean active) {
    /** What a consumer does. */
    public enum State {
        /** It handles events at the end of the log. */
        RUNNING,

        /** It handles events, and more are waiting. */
        CATCHING_UP,

        /** It has passed everything and waits for more. */
        IDLE,

        /** Another process runs it, and this one would take over. */
        WAITING_FOR_LEASE,

        /** Something failed, and it tries again. */
        RETRYING,

        /** It has passed everything, but some events are parked. */
        PARKED,

        /** Somebody paused it. */
        PAUSED,

        /** It gave up, or nobody runs it. */
        STOPPED
    }

    /**
     * Whether nobody needs to look after it. A consumer that retries, has parked events, was paused or does not run is
     * unhealthy, and {@link #why} says what is to be done; so is one whose handler has not come back for long.
     *
     * @return true if all is well
     */
    public boolean isHealthy() {
        boolean working = state == State.RUNNING || state == State.CATCHING_UP || state == State.IDLE;
        return (working || state == State.WAITING_FOR_LEASE) && parked == 0 && why.isEmpty();
    }
}
